#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/postgres/postgres.h"
#include "tests/integration/collectors/postgres/server.h"
#include "tests/testkit/recording_log.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::postgres {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testkit::Collected;
using testkit::CollectOnce;

class QueriesTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(Primary(), nullptr) << "no server"; }

  std::unique_ptr<scrape::Collector> Make(const std::string& queries,
                                          const std::string& more = "",
                                          const std::string& database = "shop") {
    testkit::MadeCollector made =
        testkit::MakeCollector(kPostgresSpec,
                               fmt::format("dsn: \"{}\"\n{}\nqueries:\n{}",
                                           Primary()->Url("watcher", "watch3r", database),
                                           more,
                                           queries),
                               clock_,
                               Logger(log_, LogLevel::kInfo, LogFormat::kLogfmt, clock_));
    EXPECT_THAT(made.errors, IsEmpty());
    return std::move(made.collector);
  }

  std::unique_ptr<Collected> Collect(const std::string& queries,
                                     const std::string& more = "",
                                     Duration timeout = std::chrono::seconds(10)) {
    const auto collector = Make(queries, more);
    return CollectOnce(*collector, clock_, timeout);
  }

  SystemClock clock_;

  /// All that was logged.
  std::string Log() const { return fmt::format("{}", fmt::join(log_->lines(), "\n")); }

  std::shared_ptr<testkit::RecordingLog> log_ = std::make_shared<testkit::RecordingLog>();
};

std::string Success(std::string_view query) {
  return fmt::format(R"(pg_scrape_collector_success{{collector="query:{}"}})", query);
}

TEST_F(QueriesTest, ShowsLabelsValuesAndTimes) {
  const auto run = Collect(R"(
  - name: things
    sql: >-
      SELECT * FROM (VALUES ('a', 1, true, timestamptz '2001-01-01 00:00:00+00', interval '90s'),
      ('b', NULL, false, NULL, NULL)) AS t (kind, n, good, seen, age) -- all of them
    labels: [kind]
    values: [n, good, {column: seen, type: counter, help: When.}, age]
)");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(R"(things_n{kind="a"})"), 1);
  EXPECT_EQ(run->sink.Find(R"(things_good{kind="a"})"), 1);
  EXPECT_EQ(run->sink.Find(R"(things_good{kind="b"})"), 0);
  EXPECT_EQ(run->sink.Find(R"(things_seen{kind="a"})"), 978307200);
  EXPECT_EQ(run->sink.Find(R"(things_age{kind="a"})"), 90);
  EXPECT_FALSE(run->sink.Find(R"(things_n{kind="b"})"));
  EXPECT_EQ(run->sink.Find(Success("things")), 1);
  EXPECT_EQ(run->sink.Find("pg_exporter_last_scrape_error"), 0);
}

TEST_F(QueriesTest, HistogramsAndDurationsAsThePeerHasThem) {
  const auto run = Collect(R"(
    waits:
      query: >-
        SELECT 'web' AS app, ARRAY[0.1, 0.5, 1]::float8[] AS wait, ARRAY[1, 3, 4] AS wait_bucket,
        2.5 AS wait_sum, 6 AS wait_count, '1m30s' AS age, interval '90s' AS lag, '-1' AS none
      master: true
      metrics:
        - app: {usage: LABEL, description: App}
        - wait: {usage: HISTOGRAM, description: Waits}
        - age: {usage: DURATION, description: Age}
        - lag: {usage: DURATION, description: Lag}
        - none: {usage: DURATION, description: None}
)");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(Success("waits")), 1);
  EXPECT_EQ(run->sink.Find(R"(waits_wait_bucket{app="web", le="0.5"})"), 3);
  EXPECT_EQ(run->sink.Find(R"(waits_wait_bucket{app="web", le="+Inf"})"), 6);
  EXPECT_EQ(run->sink.Find(R"(waits_wait_sum{app="web"})"), 2.5);
  EXPECT_EQ(run->sink.Find(R"(waits_age_milliseconds{app="web"})"), 90'000);
  EXPECT_EQ(run->sink.Find(R"(waits_lag_milliseconds{app="web"})"), 90'000);
  EXPECT_EQ(run->sink.Find(R"(waits_none_milliseconds{app="web"})"), std::nullopt);
}

TEST_F(QueriesTest, AFailingOneIsNamedAndHurtsNoOther) {
  const auto run = Collect(R"(
  - {name: broken, sql: SELECT n FROM absent_table, values: [n]}
  - {name: syntax, sql: SELECT FROM WHERE, values: [n]}
  - {name: column, sql: SELECT 1 AS n, values: [m]}
  - {name: works, sql: SELECT 5 AS n, values: [n]}
)");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find("works_n"), 5);
  EXPECT_EQ(run->sink.Find(Success("broken")), 0);
  EXPECT_EQ(run->sink.Find(Success("works")), 1);
  EXPECT_EQ(run->sink.Find("pg_exporter_last_scrape_error"), 1);
  EXPECT_EQ(run->sink.Find(R"(pg_scrape_collector_success{collector="stat_database"})"), 1);
  EXPECT_THAT(Log(), HasSubstr("query=broken"));
  EXPECT_THAT(Log(), HasSubstr("(SQLSTATE 42P01)"));
  EXPECT_THAT(Log(), HasSubstr("(SQLSTATE 42601)"));
  EXPECT_THAT(Log(), HasSubstr("(SQLSTATE 42703)"));
}

TEST_F(QueriesTest, ASlowOneEndsAtItsOwnTimeout) {
  const SteadyTime began = clock_.Steady();
  const auto run = Collect(R"(
  - {name: slow, sql: SELECT 1 AS n FROM pg_sleep(60), values: [n], timeout: 100ms}
  - {name: works, sql: SELECT 5 AS n, values: [n]}
)");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_LT(clock_.Steady() - began, std::chrono::seconds(5));
  EXPECT_EQ(run->sink.Find("works_n"), 5);
  EXPECT_FALSE(run->sink.Find("slow_n"));
  EXPECT_EQ(run->sink.Find(Success("slow")), 0);
  EXPECT_THAT(Log(), HasSubstr("(SQLSTATE 57014)"));
}

TEST_F(QueriesTest, SlowOnesDoNotTakeTheRunDown) {
  const auto run = Collect(R"(
  - {name: slow, sql: SELECT 1 AS n FROM pg_sleep(60), values: [n]}
  - {name: slower, sql: SELECT 1 AS n FROM pg_sleep(60), values: [n]}
  - {name: works, sql: SELECT 5 AS n, values: [n]}
)",
                           "",
                           std::chrono::seconds(2));
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find("works_n"), 5);
  EXPECT_EQ(run->sink.Find(Success("slower")), 0);
}

TEST_F(QueriesTest, WritesNothing) {
  const Status made = Primary()->Execute(
      "shop",
      "CREATE OR REPLACE FUNCTION take_order() RETURNS int LANGUAGE sql SECURITY DEFINER AS "
      "$$ INSERT INTO orders VALUES (-1, 0) RETURNING 1 $$");
  ASSERT_TRUE(made) << made.error().message;
  const auto run = Collect(R"(
  - {name: taken, sql: SELECT take_order() AS n, values: [n]}
  - name: off
    sql: SELECT 1 AS n FROM set_config('transaction_read_only', 'off', true)
    values: [n]
)");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(Success("taken")), 0);
  EXPECT_EQ(run->sink.Find(Success("off")), 0);
  EXPECT_THAT(Log(), HasSubstr("(SQLSTATE 25006)"));
}

TEST_F(QueriesTest, CutsRowsAndCountsThem) {
  const auto collector = Make(R"(
  - {name: many, sql: "SELECT i, i AS n FROM generate_series(1, 250) i", labels: [i], values: [n]}
  - name: endless
    sql: SELECT i, i AS n FROM (SELECT generate_series(1, 1000000000000) AS i) AS s
    labels: [i]
    values: [n]
    max_rows: 5
)");
  for (const int runs : {1, 2}) {
    const auto run = CollectOnce(*collector, clock_);
    ASSERT_TRUE(run->status) << run->status.error().message;
    EXPECT_TRUE(run->sink.Find(R"(many_n{i="100"})"));
    EXPECT_FALSE(run->sink.Find(R"(many_n{i="101"})"));
    EXPECT_EQ(run->sink.Find(R"(sidewatch_postgres_query_cut_rows_total{query="many"})"),
              150 * runs);
    EXPECT_FALSE(run->sink.Find(R"(endless_n{i="6"})"));
  }
}

TEST_F(QueriesTest, RunInEachDatabase) {
  const auto run = Collect("  - {name: here, sql: SELECT 1 AS n, values: [n], each_database: true}",
                           "databases: all");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(R"(here_n{datname="shop"})"), 1);
  EXPECT_EQ(run->sink.Find(R"(here_n{datname="postgres"})"), 1);
  EXPECT_THAT(run->sink.Duplicates(), IsEmpty());
}

TEST_F(QueriesTest, AKeptAnswerIsNotAskedForAgain) {
  const auto collector =
      Make("  - {name: now, sql: SELECT clock_timestamp() AS n, values: [n], cache: 1h}");
  const auto first = CollectOnce(*collector, clock_)->sink.Find("now_n");
  const auto second = CollectOnce(*collector, clock_)->sink.Find("now_n");
  EXPECT_TRUE(first);
  EXPECT_EQ(first, second);
}

TEST_F(QueriesTest, ReadsThePeersFile) {
  const auto run = Collect(R"(
    shop_relations:
      query: "SELECT relname, relpages, relkind::text FROM pg_class WHERE relname = 'orders'"
      metrics:
        - relname: {usage: "LABEL", description: "Name"}
        - relpages: {usage: "GAUGE", description: "Pages"}
        - relkind: {usage: "MAPPEDMETRIC", metric_mapping: {r: 1, i: 2}}
)");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_TRUE(run->sink.Find(R"(shop_relations_relpages{relname="orders"})"));
  EXPECT_EQ(run->sink.Find(R"(shop_relations_relkind{relname="orders"})"), 1);
}

}  // namespace
}  // namespace sidewatch::postgres
