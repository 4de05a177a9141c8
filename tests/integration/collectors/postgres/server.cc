#include "tests/integration/collectors/postgres/server.h"

#include <memory>

#include <gtest/gtest.h>

namespace sidewatch::postgres {

namespace {

/// Both servers, with something in them for every view to show.
class Servers final : public testing::Environment {
 public:
  void SetUp() override {
    auto primary = testkit::PostgresServer::Start();
    ASSERT_TRUE(primary) << primary.error().message;
    primary_ = std::move(*primary);
    Prepare();
    auto replica = testkit::PostgresServer::StartReplica(*primary_);
    ASSERT_TRUE(replica) << replica.error().message;
    replica_ = std::move(*replica);
  }

  void TearDown() override {
    replica_.reset();
    primary_.reset();
  }

  testkit::PostgresServer* primary() { return primary_.get(); }

  testkit::PostgresServer* replica() { return replica_.get(); }

 private:
  void Execute(std::string_view database, std::string_view sql) {
    const Status done = primary_->Execute(database, sql);
    ASSERT_TRUE(done) << done.error().message;
  }

  void Prepare() {
    Execute("postgres", "CREATE DATABASE shop");
    Execute("postgres", "CREATE EXTENSION pg_stat_statements");
    Execute("postgres", "CREATE ROLE watcher LOGIN PASSWORD 'watch3r' IN ROLE pg_monitor");
    Execute("postgres", "CREATE ROLE nobody LOGIN PASSWORD 'n0b0dy'");
    Execute("postgres", "CREATE TABLE notes (id int PRIMARY KEY, text text)");
    Execute("shop", "CREATE TABLE orders (id int PRIMARY KEY, total numeric)");
    Execute("shop", "INSERT INTO orders SELECT n, n FROM generate_series(1, 1000) n");
    Execute("shop", "ANALYZE orders");
    Execute("postgres", "VACUUM notes");
    Execute("template1", "SELECT pg_stat_reset()");
    Execute("postgres", "SELECT pg_create_logical_replication_slot('feed', 'test_decoding')");
  }

  std::unique_ptr<testkit::PostgresServer> primary_;
  std::unique_ptr<testkit::PostgresServer> replica_;
};

Servers* Shared() {
  // GoogleTest owns it and deletes it after the last test, also when tests fail.
  static auto* const kServers = static_cast<Servers*>(
      testing::AddGlobalTestEnvironment(std::make_unique<Servers>().release()));
  return kServers;
}

// Registered before main runs.
[[maybe_unused]] const Servers* const kRegistered = Shared();

}  // namespace

testkit::PostgresServer* Primary() {
  return Shared()->primary();
}

testkit::PostgresServer* Replica() {
  return Shared()->replica();
}

}  // namespace sidewatch::postgres
