#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "collectors/postgres/postgres.h"
#include "tests/integration/collectors/postgres/server.h"
#include "tests/testkit/run_collector.h"
#include "tests/testkit/silent_server.h"

namespace sidewatch::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::CollectOnce;
using testkit::MakeCollector;

constexpr std::string_view kWrong = "wr0ng-pa55";

struct Case {
  std::string name;
  std::function<std::string()> dsn;
  ErrorCode want;
  std::string want_text;
};

class PostgresFailureTest : public testing::TestWithParam<Case> {};

TEST_P(PostgresFailureTest, IsToldWithoutThePassword) {
  ASSERT_NE(Primary(), nullptr);
  const Case& c = GetParam();
  const SystemClock clock;
  const auto made = MakeCollector(kPostgresSpec, fmt::format("dsn: \"{}\"", c.dsn()), clock);
  ASSERT_NE(made.collector, nullptr);
  const auto run = CollectOnce(*made.collector, clock, std::chrono::seconds(8));
  ASSERT_FALSE(run->status);
  const Error& error = run->status.error();
  EXPECT_EQ(error.code, c.want) << error.message;
  EXPECT_THAT(error.message, HasSubstr(c.want_text));
  EXPECT_THAT(error.message, Not(HasSubstr(std::string(kWrong))));
  EXPECT_THAT(error.message, Not(HasSubstr(std::string(testkit::PostgresServer::kPassword))));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PostgresFailureTest,
    testing::Values(Case{"WrongPassword",
                         [] { return Primary()->Url("watcher", kWrong, "postgres"); },
                         ErrorCode::kPermissionDenied,
                         "password authentication failed for user \"watcher\""},
                    Case{"NoPassword",
                         [] {
                           return fmt::format(
                               "host=127.0.0.1 port={} user=watcher dbname=postgres "
                               "passfile=/nowhere",
                               Primary()->port());
                         },
                         ErrorCode::kPermissionDenied,
                         "no password supplied"},
                    Case{"NoSuchDatabase",
                         [] { return Primary()->Url("absent"); },
                         ErrorCode::kNotFound,
                         "database \"absent\" does not exist"},
                    Case{"ServerDown",
                         [] {
                           return fmt::format(
                               "postgresql://u:{}@127.0.0.1:{}/db", kWrong, testkit::FreePort());
                         },
                         ErrorCode::kUnavailable,
                         "Connection refused"},
                    Case{"NoSocket",
                         [] { return fmt::format("host=/nowhere user=u password={}", kWrong); },
                         ErrorCode::kUnavailable,
                         "No such file or directory"},
                    Case{"UnknownHost",
                         [] {
                           return fmt::format("postgresql://u:{}@no-such-host.invalid/db", kWrong);
                         },
                         ErrorCode::kUnresolvedHost,
                         "no-such-host.invalid"}),
    [](const auto& row) { return row.param.name; });

std::string Url(const testkit::SilentServer& server) {
  return fmt::format("postgresql://u:{}@127.0.0.1:{}/db", kWrong, server.port());
}

TEST(PostgresSilenceTest, EndsAtTheDeadline) {
  const testkit::SilentServer server;
  const SystemClock clock;
  const auto made = MakeCollector(kPostgresSpec, fmt::format("dsn: \"{}\"", Url(server)), clock);
  ASSERT_NE(made.collector, nullptr);
  const auto run = CollectOnce(*made.collector, clock, std::chrono::milliseconds(300));
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(run->status.error().message, Not(HasSubstr(std::string(kWrong))));
}

TEST(PostgresSilenceTest, EndsWhenTheProgramStops) {
  const testkit::SilentServer server;
  const SystemClock clock;
  const auto made = MakeCollector(kPostgresSpec, fmt::format("dsn: \"{}\"", Url(server)), clock);
  ASSERT_NE(made.collector, nullptr);
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  const auto run = CollectOnce(*made.collector, clock, std::chrono::seconds(60), stop.get_token());
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, ErrorCode::kCancelled);
}

TEST(PostgresSilenceTest, ALockedTableCostsOnlyItsPart) {
  ASSERT_NE(Primary(), nullptr);
  const SystemClock clock;
  const UniqueHandle<PGconn, PQfinish> other(PQconnectdb(Primary()->Url().c_str()));
  const UniqueHandle<PGresult, PQclear> locked(
      PQexec(other.get(), "BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE"));
  const auto made =
      MakeCollector(kPostgresSpec, fmt::format("dsn: \"{}\"", Primary()->Url()), clock);
  const auto run = CollectOnce(*made.collector, clock);
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(R"(pg_scrape_collector_success{collector="stat_user_tables"})"), 0);
  EXPECT_EQ(run->sink.Find(R"(pg_scrape_collector_success{collector="stat_activity"})"), 1);
}

}  // namespace
}  // namespace sidewatch::postgres
