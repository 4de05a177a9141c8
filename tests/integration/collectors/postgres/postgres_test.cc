#include "collectors/postgres/postgres.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "exporter/base/unique_handle.h"
#include "tests/integration/collectors/postgres/server.h"
#include "tests/testkit/parity.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::postgres {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testkit::Collected;
using testkit::CollectOnce;
using testkit::MadeCollector;
using testkit::MakeCollector;

constexpr std::string_view kEverything =
    "\ndatabases: all\nenable: [statio_user_indexes, general_index_info, stat_statements_query]";

// There once a replica is streaming.
constexpr std::string_view kStreaming =
    "pg_stat_replication_pg_wal_lsn_diff\tgauge\tapplication_name,client_addr,pid,slot_name,state";

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(Primary(), nullptr) << "no server"; }

  std::unique_ptr<scrape::Collector> Make(const std::string& url, std::string_view more = "") {
    MadeCollector made =
        MakeCollector(kPostgresSpec, fmt::format("dsn: \"{}\"{}", url, more), clock_);
    EXPECT_THAT(made.errors, IsEmpty());
    return std::move(made.collector);
  }

  std::unique_ptr<Collected> Collect(const std::string& url, std::string_view more = "") {
    const auto collector = Make(url, more);
    return CollectOnce(*collector, clock_);
  }

  SystemClock clock_;
};

TEST_F(PostgresTest, ShowsWhatTheIssueAsksFor) {
  const auto run = Collect(Primary()->Url());
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find("pg_settings_max_connections"), 30);
  EXPECT_EQ(run->sink.Find("pg_settings_shared_buffers_bytes"), 8 * 1024 * 1024);
  EXPECT_GT(run->sink.Find(R"(pg_database_size_bytes{datname="shop"})").value_or(0), 1e6);
  EXPECT_EQ(run->sink.Find(R"(pg_stat_activity_count{datname="shop", state="active"})"), 0);
  EXPECT_EQ(run->sink.Find("pg_replication_is_replica"), 0);
  EXPECT_EQ(run->sink.Find(R"(pg_scrape_collector_success{collector="stat_database"})"), 1);
  EXPECT_THAT(run->sink.Duplicates(), IsEmpty());
}

TEST_F(PostgresTest, ReadsTablesOfEveryDatabase) {
  const auto run = Collect(Primary()->Url(), kEverything);
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find("pg_stat_user_tables_n_live_tup"
                           R"({datname="shop", relname="orders", schemaname="public"})"),
            1000);
  EXPECT_TRUE(
      run->sink.Find("pg_stat_user_tables_seq_scan"
                     R"({datname="postgres", relname="notes", schemaname="public"})"));
  // Never vacuumed by hand: absent, not 1970.
  EXPECT_FALSE(
      run->sink.Find("pg_stat_user_tables_last_vacuum"
                     R"({datname="shop", relname="orders", schemaname="public"})"));
  EXPECT_THAT(run->sink.Duplicates(), IsEmpty());
}

TEST_F(PostgresTest, LeavesOutExcludedDatabases) {
  const auto run = Collect(Primary()->Url(), "\ndatabases: all\nexclude_databases: [shop]");
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_FALSE(
      run->sink.Find("pg_stat_user_tables_n_live_tup"
                     R"({datname="shop", relname="orders", schemaname="public"})"));
}

TEST_F(PostgresTest, WorksOverTheUnixSocket) {
  const auto run = Collect(fmt::format("host={} port={} user={} password={} dbname=shop",
                                       Primary()->socket_folder(),
                                       Primary()->port(),
                                       testkit::PostgresServer::kUser,
                                       testkit::PostgresServer::kPassword));
  EXPECT_TRUE(run->status) << run->status.error().message;
}

TEST_F(PostgresTest, OnePartWithoutRightsCostsOnlyItself) {
  const auto run = Collect(Primary()->Url("nobody", "n0b0dy", "postgres"));
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(R"(pg_scrape_collector_success{collector="wal"})"), 0);
  EXPECT_EQ(run->sink.Find(R"(pg_scrape_collector_success{collector="stat_database"})"), 1);
  EXPECT_EQ(run->sink.Find("pg_exporter_last_scrape_error"), 1);
  EXPECT_FALSE(run->sink.Find("pg_wal_segments"));
}

TEST_F(PostgresTest, TheMonitorRoleSeesEverything) {
  const auto run = Collect(Primary()->Url("watcher", "watch3r", "postgres"), kEverything);
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find("pg_exporter_last_scrape_error"), 0);
  EXPECT_GT(run->sink.Find("pg_wal_segments").value_or(0), 0);
}

TEST_F(PostgresTest, KeepsItsConnectionAndSurvivesARestart) {
  const auto collector = Make(Primary()->Url());
  const auto backends = [&] {
    const auto run = CollectOnce(*collector, clock_);
    EXPECT_TRUE(run->status) << run->status.error().message;
    return run->sink.Find("pg_stat_database_sessions{datid=\"5\", datname=\"postgres\"}");
  };
  const auto first = backends();
  EXPECT_TRUE(first);
  ASSERT_TRUE(Primary()->Restart());
  EXPECT_TRUE(backends());
}

TEST_F(PostgresTest, TellsWhoWaitsAndForWhom) {
  const std::string url = Primary()->Url("shop") + "?application_name=migration";
  const UniqueHandle<PGconn, PQfinish> holder(PQconnectdb(url.c_str()));
  const UniqueHandle<PGresult, PQclear> held(
      PQexec(holder.get(), "BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"));
  const UniqueHandle<PGconn, PQfinish> waiter(PQconnectdb(Primary()->Url("shop").c_str()));
  ASSERT_EQ(PQsendQuery(waiter.get(), "SELECT count(*) FROM orders"), 1);
  const auto collector =
      Make(Primary()->Url("watcher", "watch3r", "postgres"), "\ndisable: [stat_user_tables]");
  std::unique_ptr<Collected> run;
  ASSERT_TRUE(testkit::WaitUntil(std::chrono::seconds(20), [&] {
    run = CollectOnce(*collector, clock_);
    return run->sink.Find(R"(pg_blocked_sessions{datname="shop"})") == 1;
  }));
  EXPECT_TRUE(run->sink.Find(R"(pg_blocked_sessions_longest_wait_seconds{datname="shop"})"));
  EXPECT_EQ(run->sink.Find(R"(pg_blocked_sessions{datname="postgres"})"), 0);
  EXPECT_FALSE(run->sink.Find(R"(pg_blocked_sessions_longest_wait_seconds{datname="postgres"})"));
  EXPECT_EQ(run->sink.Find(fmt::format(
                "pg_blocking_sessions{{application_name=\"migration\", datname=\"shop\", "
                "pid=\"{}\", state=\"idle in transaction\", usename=\"postgres\"}}",
                PQbackendPID(holder.get()))),
            1);
}

TEST_F(PostgresTest, ShowsNoMoreStatementsThanAskedFor) {
  const auto run = Collect(Primary()->Url(), "\nstatements_limit: 2");
  EXPECT_TRUE(run->status);
  std::size_t statements = 0;
  for (const auto& [series, value] : run->sink.values()) {
    statements += series.starts_with("pg_stat_statements_calls_total") ? 1U : 0U;
  }
  EXPECT_EQ(statements, 2U);
}

TEST_F(PostgresTest, TellsReplicationOnBothSides) {
  ASSERT_NE(Replica(), nullptr);
  const auto on_replica = Collect(Replica()->Url());
  ASSERT_TRUE(on_replica->status) << on_replica->status.error().message;
  EXPECT_EQ(on_replica->sink.Find("pg_replication_is_replica"), 1);
  const auto on_primary = Collect(Primary()->Url());
  EXPECT_TRUE(on_primary->sink.Find(R"(pg_replication_slots_active{slot_name="replica"})"));
}

TEST_F(PostgresTest, HasTheNamesTypesAndLabelsOfThePeer) {
  const UniqueHandle<PGconn, PQfinish> idle(
      PQconnectdb((Primary()->Url("shop") + "?application_name=idler").c_str()));
  const UniqueHandle<PGresult, PQclear> begun(PQexec(idle.get(), "BEGIN; SELECT txid_current()"));
  std::unique_ptr<Collected> on_primary;
  // After a restart of the primary the replica takes a moment to come back.
  ASSERT_TRUE(testkit::WaitUntil(std::chrono::seconds(60), [&] {
    on_primary = Collect(Primary()->Url(), kEverything);
    return on_primary->sink.Shapes().count(std::string(kStreaming)) != 0;
  }));
  const auto on_replica = Collect(Replica()->Url(), kEverything);
  ASSERT_TRUE(on_primary->status) << on_primary->status.error().message;
  ASSERT_TRUE(on_replica->status) << on_replica->status.error().message;
  std::set<std::string> shapes = on_primary->sink.Shapes();
  shapes.insert(on_replica->sink.Shapes().begin(), on_replica->sink.Shapes().end());
  shapes.insert("pg_up\tgauge\t");  // Written by the scrape loop.
  for (const std::string mark : {"default", "flag", "older"}) {
    const testkit::ParityReport report =
        testkit::CompareWithParity("postgres_exporter.txt", {mark}, shapes);
    ASSERT_TRUE(report.readable) << "../shared/parity is not there";
    fmt::print("parity {}: {} match, {} are missing\n  {}\n",
               mark,
               report.matched,
               report.missing.size(),
               fmt::join(report.missing, "\n  "));
    if (mark == "default") {
      EXPECT_THAT(report.missing, IsEmpty());
    }
  }
}

}  // namespace
}  // namespace sidewatch::postgres
