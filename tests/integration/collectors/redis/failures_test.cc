#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/redis/redis.h"
#include "tests/testkit/redis_server.h"
#include "tests/testkit/run_collector.h"
#include "tests/testkit/silent_server.h"

namespace sidewatch::redis {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::CollectOnce;
using testkit::RedisServer;

constexpr std::string_view kRight = "s3cr3t-redis";
constexpr std::string_view kWrong = "wr0ng-pa55";

struct Case {
  std::string name;
  std::function<std::string(const RedisServer&)> yaml;
  ErrorCode want;
  std::string want_text;
};

class RedisFailureTest : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    auto server = RedisServer::Start({"--requirepass", std::string(kRight)});
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  static void TearDownTestSuite() { server_.reset(); }

  static std::unique_ptr<RedisServer> server_;
};

std::unique_ptr<RedisServer> RedisFailureTest::server_;

TEST_P(RedisFailureTest, IsToldWithoutThePassword) {
  ASSERT_NE(server_, nullptr);
  const Case& c = GetParam();
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kRedisSpec, c.yaml(*server_), clock);
  ASSERT_NE(made.collector, nullptr);
  const auto run = CollectOnce(*made.collector, clock, std::chrono::seconds(8));
  ASSERT_FALSE(run->status);
  const Error& error = run->status.error();
  EXPECT_EQ(error.code, c.want) << error.message;
  EXPECT_THAT(error.message, HasSubstr(c.want_text));
  EXPECT_THAT(error.message, Not(HasSubstr(std::string(kWrong))));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RedisFailureTest,
    testing::Values(Case{"WrongPassword",
                         [](const RedisServer& server) {
                           return fmt::format(
                               "url: \"redis://:{}@127.0.0.1:{}\"", kWrong, server.port());
                         },
                         ErrorCode::kPermissionDenied,
                         "WRONGPASS"},
                    Case{"NoPassword",
                         [](const RedisServer& server) {
                           return fmt::format("url: \"redis://127.0.0.1:{}\"", server.port());
                         },
                         ErrorCode::kPermissionDenied,
                         "NOAUTH"},
                    Case{"NoPasswordFile",
                         [](const RedisServer& server) {
                           return fmt::format("url: \"127.0.0.1:{}\"\npassword_file: /nowhere",
                                              server.port());
                         },
                         ErrorCode::kNotFound,
                         "/nowhere"},
                    Case{"ServerDown",
                         [](const RedisServer&) {
                           return fmt::format(
                               "url: \"redis://:{}@127.0.0.1:{}\"", kWrong, testkit::FreePort());
                         },
                         ErrorCode::kUnavailable,
                         "refused"},
                    Case{"UnknownHost",
                         [](const RedisServer&) {
                           return fmt::format("url: \"redis://:{}@no-such-host.invalid\"", kWrong);
                         },
                         ErrorCode::kUnresolvedHost,
                         "no-such-host.invalid"}),
    [](const auto& row) { return row.param.name; });

std::string Yaml(int port) {
  return fmt::format("url: \"redis://:{}@127.0.0.1:{}\"", kWrong, port);
}

TEST(RedisSilenceTest, EndsAtTheDeadline) {
  const testkit::SilentServer server;
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kRedisSpec, Yaml(server.port()), clock);
  ASSERT_NE(made.collector, nullptr);
  const auto run = CollectOnce(*made.collector, clock, std::chrono::milliseconds(300));
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(run->status.error().message, Not(HasSubstr(std::string(kWrong))));
}

TEST(RedisSilenceTest, EndsWhenTheProgramStops) {
  const testkit::SilentServer server;
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kRedisSpec, Yaml(server.port()), clock);
  ASSERT_NE(made.collector, nullptr);
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  const auto run = CollectOnce(*made.collector, clock, std::chrono::seconds(60), stop.get_token());
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, ErrorCode::kCancelled);
}

TEST(RedisSilenceTest, AFrozenServerEndsTheRunAndComesBack) {
  auto server = RedisServer::Start();
  ASSERT_TRUE(server) << server.error().message;
  const SystemClock clock;
  const auto made = testkit::MakeCollector(
      kRedisSpec, fmt::format("url: \"127.0.0.1:{}\"", (*server)->port()), clock);
  ASSERT_TRUE(CollectOnce(*made.collector, clock)->status);
  (*server)->Freeze();
  const auto frozen = CollectOnce(*made.collector, clock, std::chrono::milliseconds(300));
  (*server)->Thaw();
  ASSERT_FALSE(frozen->status);
  EXPECT_EQ(frozen->status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_TRUE(CollectOnce(*made.collector, clock)->status);
}

struct Answer {
  std::string name;
  std::string bytes;
  ErrorCode want;
  std::string want_text;
};

class RedisAnswerTest : public testing::TestWithParam<Answer> {};

TEST_P(RedisAnswerTest, IsUnderstood) {
  const Answer& c = GetParam();
  const testkit::TcpListener server([&c](int fd) {
    testkit::ReadLine(fd);
    testkit::WriteAll(fd, c.bytes);
  });
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kRedisSpec, Yaml(server.port()), clock);
  const auto run = CollectOnce(*made.collector, clock);
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, c.want) << run->status.error().message;
  EXPECT_THAT(run->status.error().message, HasSubstr(c.want_text));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         RedisAnswerTest,
                         testing::Values(Answer{"NotRedis",
                                                "HTTP/1.1 400 Bad Request\r\n\r\n",
                                                ErrorCode::kProtocol,
                                                "does not speak Redis' protocol"},
                                         Answer{"ProtectedMode",
                                                "-DENIED Redis is running in protected mode\r\n",
                                                ErrorCode::kPermissionDenied,
                                                "protected mode"},
                                         Answer{"Full",
                                                "-ERR max number of clients reached\r\n",
                                                ErrorCode::kUnavailable,
                                                "max number of clients"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::redis
