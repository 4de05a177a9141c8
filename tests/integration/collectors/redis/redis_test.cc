#include "collectors/redis/redis.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/collectors/redis/execute.h"
#include "tests/testkit/parity.h"
#include "tests/testkit/redis_server.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::redis {
namespace {

using testing::IsEmpty;
using testkit::Collected;
using testkit::CollectOnce;
using testkit::RedisServer;

constexpr std::string_view kPassword = "s3cr3t-redis";

class RedisTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto master = RedisServer::Start({"--requirepass",
                                      std::string(kPassword),
                                      "--repl-diskless-sync-delay",
                                      "0",
                                      "--latency-monitor-threshold",
                                      "1",
                                      "--slowlog-log-slower-than",
                                      "0"});
    ASSERT_TRUE(master) << master.error().message;
    master_ = std::move(*master);
    auto replica = RedisServer::Start({"--replicaof",
                                       fmt::format("127.0.0.1 {}", master_->port()),
                                       "--masterauth",
                                       std::string(kPassword)});
    ASSERT_TRUE(replica) << replica.error().message;
    replica_ = std::move(*replica);
    const Status done = Execute(master_->port(),
                                {fmt::format("AUTH {}", kPassword),
                                 "SET a 1",
                                 "SET b 2 EX 1000",
                                 "GET a",
                                 "ACL SETUSER watcher on >watch3r ~* +@all",
                                 "ACL SETUSER poor on >p00r ~* +ping"});
    ASSERT_TRUE(done) << done.error().message;
  }

  static void TearDownTestSuite() {
    replica_.reset();
    master_.reset();
  }

  void SetUp() override { ASSERT_NE(replica_, nullptr) << "no server"; }

  std::unique_ptr<scrape::Collector> Make(const std::string& yaml) {
    auto made = testkit::MakeCollector(kRedisSpec, yaml, clock_);
    EXPECT_THAT(made.errors, IsEmpty());
    return std::move(made.collector);
  }

  std::unique_ptr<Collected> Collect(const std::string& yaml) {
    const auto collector = Make(yaml);
    return CollectOnce(*collector, clock_);
  }

  static std::string MasterYaml() {
    return fmt::format("url: \"redis://:{}@127.0.0.1:{}\"", kPassword, master_->port());
  }

  static std::string ReplicaYaml() {
    return fmt::format("url: \"127.0.0.1:{}\"", replica_->port());
  }

  static std::unique_ptr<RedisServer> master_;
  static std::unique_ptr<RedisServer> replica_;
  SystemClock clock_;
};

std::unique_ptr<RedisServer> RedisTest::master_;
std::unique_ptr<RedisServer> RedisTest::replica_;

TEST_F(RedisTest, ShowsWhatTheServerTells) {
  const auto run = Collect(MasterYaml());
  ASSERT_TRUE(run->status) << run->status.error().message;
  EXPECT_EQ(run->sink.Find(R"(redis_db_keys{db="db0"})"), 2);
  EXPECT_EQ(run->sink.Find(R"(redis_db_keys_expiring{db="db0"})"), 1);
  EXPECT_EQ(run->sink.Find(R"(redis_db_keys{db="db15"})"), 0);
  EXPECT_EQ(run->sink.Find("redis_config_maxclients"), 10000);
  EXPECT_EQ(run->sink.Find(R"(redis_commands_total{cmd="get"})"), 1);
  EXPECT_EQ(run->sink.Find("redis_rdb_last_bgsave_status"), 1);
  EXPECT_GT(run->sink.Find("redis_memory_used_bytes").value_or(0), 100'000);
  EXPECT_THAT(run->sink.Duplicates(), IsEmpty());
}

TEST_F(RedisTest, KeepsItsConnection) {
  const auto collector = Make(MasterYaml());
  const auto connections = [&] {
    const auto run = CollectOnce(*collector, clock_);
    EXPECT_TRUE(run->status) << run->status.error().message;
    return run->sink.Find("redis_connections_received_total");
  };
  const auto first = connections();
  EXPECT_TRUE(first);
  EXPECT_EQ(connections(), first);
}

TEST_F(RedisTest, ComesBackAfterItsConnectionWasCut) {
  const auto collector = Make(MasterYaml());
  ASSERT_TRUE(CollectOnce(*collector, clock_)->status);
  ASSERT_TRUE(Execute(master_->port(),
                      {fmt::format("AUTH {}", kPassword), "CLIENT KILL TYPE normal SKIPME yes"}));
  const auto run = CollectOnce(*collector, clock_);
  EXPECT_TRUE(run->status) << run->status.error().message;
}

TEST_F(RedisTest, LogsInAsAUser) {
  const auto run = Collect(fmt::format(
      "url: \"redis://127.0.0.1:{}\"\nusername: watcher\npassword: watch3r", master_->port()));
  EXPECT_TRUE(run->status) << run->status.error().message;
}

TEST_F(RedisTest, WorksOverTheUnixSocket) {
  const auto run = Collect(fmt::format("url: {}\npassword: {}", master_->socket_path(), kPassword));
  EXPECT_TRUE(run->status) << run->status.error().message;
}

TEST_F(RedisTest, ARunThatMayNotReadIsARightsProblem) {
  const auto run = Collect(fmt::format(
      "url: \"redis://127.0.0.1:{}\"\nusername: poor\npassword: p00r", master_->port()));
  ASSERT_FALSE(run->status);
  EXPECT_EQ(run->status.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(run->sink.Find("redis_target_scrape_request_errors_total"), 1);
}

TEST_F(RedisTest, HasTheNamesTypesAndLabelsOfThePeer) {
  std::unique_ptr<Collected> on_master;
  ASSERT_TRUE(testkit::WaitUntil(std::chrono::seconds(60), [&] {
    on_master = Collect(MasterYaml());
    return on_master->sink.Find("redis_connected_slaves") == 1;
  }));
  const auto on_replica = Collect(ReplicaYaml());
  ASSERT_TRUE(on_replica->status) << on_replica->status.error().message;
  std::set<std::string> shapes = on_master->sink.Shapes();
  shapes.insert(on_replica->sink.Shapes().begin(), on_replica->sink.Shapes().end());
  shapes.insert("redis_up\tgauge\t");  // Written by the scrape loop.
  for (const std::string mark : {"default", "flag"}) {
    const testkit::ParityReport report =
        testkit::CompareWithParity("redis_exporter.txt", {mark}, shapes);
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
}  // namespace sidewatch::redis
