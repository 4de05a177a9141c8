// check_keys, check_streams, count_keys and export_client_list against a real server.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/redis/redis.h"
#include "tests/integration/collectors/redis/execute.h"
#include "tests/testkit/parity.h"
#include "tests/testkit/recording_log.h"
#include "tests/testkit/redis_server.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::redis {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testkit::Collected;
using testkit::CollectOnce;
using testkit::RedisServer;

class RedisChecksTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto server = RedisServer::Start();
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    std::vector<std::string> commands = {"RPUSH queue:mail a b c",
                                         "RPUSH queue:jobs a",
                                         "SET users 42.5",
                                         "SET motto hello",
                                         "PFADD visitors a b c d",
                                         "HSET shop name x town y",
                                         "SADD tags a b",
                                         "ZADD scores 1 a",
                                         "XADD events 1000-1 k v",
                                         "XADD events 2000-1 k v",
                                         "XADD events 3000-1 k v",
                                         "XGROUP CREATE events workers 0",
                                         "XREADGROUP GROUP workers w1 COUNT 2 STREAMS events >",
                                         "ACL SETUSER poor on nopass ~* +info +client +ping",
                                         "SELECT 3"};
    for (int i = 0; i < 2500; ++i) {
      commands.push_back(fmt::format("SET session:{} x", i));
    }
    commands.emplace_back("SET long " + std::string(300, 'x'));
    commands.emplace_back("SET \"bad\\xff\" 1");
    const Status done = Execute(server_->port(), commands);
    ASSERT_TRUE(done) << done.error().message;
  }

  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override { ASSERT_NE(server_, nullptr) << "no server"; }

  std::unique_ptr<Collected> Collect(const std::string& keys, const Logger& log = {}) {
    const auto made = testkit::MakeCollector(
        kRedisSpec, fmt::format("url: \"127.0.0.1:{}\"\n{}", server_->port(), keys), clock_, log);
    EXPECT_THAT(made.errors, IsEmpty());
    auto run = CollectOnce(*made.collector, clock_);
    EXPECT_TRUE(run->status) << run->status.error().message;
    EXPECT_THAT(run->sink.Duplicates(), IsEmpty());
    return run;
  }

  static std::unique_ptr<RedisServer> server_;
  SystemClock clock_;
};

std::unique_ptr<RedisServer> RedisChecksTest::server_;

TEST_F(RedisChecksTest, NothingUnlessAsked) {
  const auto run = Collect("");
  for (const auto& [series, value] : run->sink.values()) {
    EXPECT_FALSE(series.starts_with("redis_key_") || series.starts_with("redis_keys_") ||
                 series.starts_with("redis_stream") ||
                 series.starts_with("redis_connected_client_"))
        << series;
  }
}

TEST_F(RedisChecksTest, ShowsKeysOfEveryType) {
  const auto run = Collect(
      "check_keys: [\"queue:*\", \"queue:mail\", tags]\n"
      "check_single_keys: [users, motto, visitors, shop, scores, events, nothing, db3=long]");
  const auto size = [&](const std::string& key) {
    return run->sink.Find(fmt::format("redis_key_size{{db=\"db0\", key=\"{}\"}}", key));
  };
  EXPECT_EQ(size("queue:mail"), 3);
  EXPECT_EQ(size("queue:jobs"), 1);
  EXPECT_EQ(size("users"), 4);
  EXPECT_EQ(size("motto"), 5);
  EXPECT_EQ(size("visitors"), 4);
  EXPECT_EQ(size("shop"), 2);
  EXPECT_EQ(size("tags"), 2);
  EXPECT_EQ(size("scores"), 1);
  EXPECT_EQ(size("events"), 3);
  EXPECT_EQ(size("nothing"), std::nullopt) << "what is not there is not 0";
  EXPECT_EQ(run->sink.Find(R"(redis_key_value{db="db0", key="users"})"), 42.5);
  EXPECT_EQ(run->sink.Find(R"(redis_key_value_as_string{db="db0", key="motto", val="hello"})"), 1);
  EXPECT_EQ(run->sink.Find(R"(redis_key_size{db="db3", key="long"})"), 300);
  for (const auto& [series, value] : run->sink.values()) {
    EXPECT_THAT(series, testing::Not(HasSubstr("xxxxxxxxxx"))) << "a long value is not a label";
    EXPECT_THAT(series, testing::Not(HasSubstr("HYLL")));
  }
  EXPECT_GT(run->sink.Find(R"(redis_key_memory_usage_bytes{db="db0", key="shop"})").value_or(0),
            10);
  EXPECT_EQ(run->sink.Find(R"(redis_errors_total{err="WRONGTYPE"})"), std::nullopt);
}

TEST_F(RedisChecksTest, ValuesCanBeKeptBack) {
  const auto run = Collect("check_single_keys: [users, motto]\nexport_key_values: false");
  EXPECT_EQ(run->sink.Find(R"(redis_key_size{db="db0", key="users"})"), 4);
  EXPECT_EQ(run->sink.Find(R"(redis_key_value{db="db0", key="users"})"), std::nullopt);
}

TEST_F(RedisChecksTest, KeysThatAreNotUtf8AreShown) {
  const auto run = Collect("check_keys: [\"db3=bad*\"]");
  EXPECT_EQ(run->sink.Find(R"(redis_key_size{db="db3", key="bad\\xff"})"), 1);
}

TEST_F(RedisChecksTest, CountsKeysOfAPattern) {
  const auto run = Collect(
      "count_keys: [\"db3=session:*\", \"queue:*\", \"db1=*\"]\ncheck_keys_batch_size: 100");
  EXPECT_EQ(run->sink.Find(R"(redis_keys_count{db="db3", key="session:*"})"), 2500);
  EXPECT_EQ(run->sink.Find(R"(redis_keys_count{db="db0", key="queue:*"})"), 2);
  EXPECT_EQ(run->sink.Find(R"(redis_keys_count{db="db1", key="*"})"), 0);
}

TEST_F(RedisChecksTest, ShowsStreamsTheirGroupsAndConsumers) {
  const auto run = Collect("check_streams: [\"eve*\"]");
  const auto find = [&](const std::string& name, const std::string& labels) {
    return run->sink.Find(fmt::format("redis_stream_{}{{{}stream=\"events\"}}", name, labels));
  };
  const std::string db = "db=\"db0\", ";
  EXPECT_EQ(find("length", db), 3);
  EXPECT_EQ(find("first_entry_id", db), 1000);
  EXPECT_EQ(find("last_entry_id", db), 3000);
  EXPECT_EQ(find("entries_added_total", db), 3);
  EXPECT_EQ(find("groups", db), 1);
  const std::string group = "db=\"db0\", group=\"workers\", ";
  EXPECT_EQ(find("group_messages_pending", group), 2);
  EXPECT_EQ(find("group_lag", group), 1);
  EXPECT_EQ(find("group_last_delivered_id", group), 2000);
  const std::string consumer = "consumer=\"w1\", " + group;
  EXPECT_EQ(find("group_consumer_messages_pending", consumer), 2);
  EXPECT_TRUE(find("group_consumer_idle_seconds", consumer));
}

TEST_F(RedisChecksTest, ConsumersCanBeLeftOut) {
  const auto run = Collect("check_single_streams: [events]\nexport_stream_consumers: false");
  EXPECT_THAT(run->sink.Shapes(),
              testing::Each(testing::Not(HasSubstr("redis_stream_group_consumer_"))));
  EXPECT_EQ(run->sink.Find(R"(redis_stream_length{db="db0", stream="events"})"), 3);
}

TEST_F(RedisChecksTest, AKeyThatIsNoStreamIsTold) {
  const auto run = Collect("check_single_streams: [users, events]");
  EXPECT_EQ(
      run->sink.Find(R"(redis_check_problems_total{check="check_streams", reason="refused"})"), 1);
  EXPECT_EQ(run->sink.Find(R"(redis_stream_length{db="db0", stream="events"})"), 3);
}

TEST_F(RedisChecksTest, ListsClients) {
  const auto run = Collect("export_client_list: true\nexport_client_port: true");
  std::size_t own = 0;
  for (const auto& [series, value] : run->sink.values()) {
    const bool info = series.starts_with("redis_connected_client_info{");
    own += info && series.find("name=\"sidewatch\"") != std::string::npos ? 1U : 0U;
    EXPECT_TRUE(!info || series.find("port=\"") != std::string::npos) << series;
  }
  EXPECT_GE(own, 1U);
}

TEST_F(RedisChecksTest, HasTheNamesTypesAndLabelsOfThePeer) {
  const auto run = Collect(
      "check_keys: [\"*\", \"db3=long\"]\ncheck_streams: [events]\ncount_keys: [\"*\"]\n"
      "export_client_list: true");
  const testkit::ParityReport report =
      testkit::CompareWithParity("redis_exporter.txt", {"flag"}, run->sink.Shapes());
  ASSERT_TRUE(report.readable) << "../shared/parity is not there";
  for (const std::string& missing : report.missing) {
    const bool ours = missing.starts_with("redis_key_") || missing.starts_with("redis_keys_") ||
                      missing.starts_with("redis_stream_") ||
                      missing.starts_with("redis_connected_client_");
    EXPECT_TRUE(!ours || missing.starts_with("redis_key_group")) << missing;
  }
}

TEST_F(RedisChecksTest, TooManyKeysAreToldAndCut) {
  const auto log = std::make_shared<testkit::RecordingLog>();
  const auto run = Collect("check_keys: [\"db3=session:*\"]\ncheck_limit: 50",
                           Logger(log, LogLevel::kWarn, LogFormat::kLogfmt, clock_));
  const auto shown =
      std::count_if(run->sink.values().begin(), run->sink.values().end(), [](const auto& series) {
        return series.first.starts_with("redis_key_size{");
      });
  EXPECT_EQ(shown, 50);
  EXPECT_EQ(
      run->sink.Find(R"(redis_check_problems_total{check="check_keys", reason="limit_exceeded"})"),
      1);
  EXPECT_THAT(log->lines(),
              Contains(HasSubstr("pattern session:* finds more keys than check_limit allows")));
}

TEST_F(RedisChecksTest, ADatabaseThatIsNotThereIsTold) {
  const auto run = Collect("check_single_keys: [db99=users, motto]");
  EXPECT_EQ(run->sink.Find(R"(redis_check_problems_total{check="check_keys", reason="refused"})"),
            1);
  EXPECT_EQ(run->sink.Find(R"(redis_key_size{db="db0", key="motto"})"), 5);
  EXPECT_EQ(run->sink.Find(R"(redis_key_size{db="db99", key="users"})"), std::nullopt);
}

TEST_F(RedisChecksTest, MissingRightsDoNotFailTheRun) {
  const auto log = std::make_shared<testkit::RecordingLog>();
  const auto run =
      Collect("username: poor\npassword: any\ncheck_keys: [\"*\"]\ncheck_streams: [events]",
              Logger(log, LogLevel::kWarn, LogFormat::kLogfmt, clock_));
  EXPECT_TRUE(run->sink.Find("redis_memory_used_bytes"));
  EXPECT_EQ(run->sink.Find(
                R"(redis_check_problems_total{check="check_keys", reason="permission_denied"})"),
            1);
  EXPECT_THAT(log->lines(), Contains(HasSubstr("reason=permission_denied")));
}

}  // namespace
}  // namespace sidewatch::redis
