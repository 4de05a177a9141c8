#include "collectors/postgres/conninfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/postgres/postgres.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  std::string name;
  std::string dsn;
  std::string want;
};

class InstanceTest : public testing::TestWithParam<Case> {};

TEST_P(InstanceTest, IsHostAndPort) {
  const auto conninfo = Conninfo::Parse(Secret(GetParam().dsn));
  ASSERT_TRUE(conninfo) << conninfo.error().message;
  EXPECT_EQ(conninfo->Instance(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    InstanceTest,
    testing::Values(Case{"Url", "postgresql://me:pw@db:5433/shop", "db:5433"},
                    Case{"DefaultPort", "postgres://db/shop", "db:5432"},
                    Case{"Pairs", "host=db port=6000 user=me", "db:6000"},
                    Case{"Socket", "host=/run/postgresql dbname=shop", "localhost:5432"},
                    Case{"Several", "postgresql://a:1,b:2/shop", "a:1"},
                    Case{"Address", "hostaddr=192.0.2.1 host='' port=1", "192.0.2.1:1"}),
    [](const auto& row) { return row.param.name; });

TEST(ConninfoTest, RefusesWithoutRepeatingTheText) {
  for (const std::string dsn :
       {"postgres//me:hush@db", "host=db hush", "postgresql://me@db/x?hush=1"}) {
    const auto conninfo = Conninfo::Parse(Secret(dsn));
    ASSERT_FALSE(conninfo) << dsn;
    EXPECT_EQ(conninfo.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(conninfo.error().message, Not(HasSubstr("hush")));
  }
}

TEST(ConninfoTest, ScrubsItsPassword) {
  const auto conninfo = Conninfo::Parse(Secret("host=db password='hu sh'"));
  ASSERT_TRUE(conninfo);
  EXPECT_EQ(conninfo->Scrub("a hu sh b hu sh"), "a <secret> b <secret>");
}

TEST(ConninfoTest, TakesAnotherDatabase) {
  const auto conninfo = Conninfo::Parse(Secret("postgresql://me@db/shop"));
  ASSERT_TRUE(conninfo);
  EXPECT_EQ(conninfo->WithDatabase("other").parameters().at("dbname"), "other");
  EXPECT_EQ(conninfo->parameters().at("application_name"), "sidewatch");
}

struct BadOptions {
  std::string name;
  std::string yaml;
  std::string want;
};

class PostgresOptionsTest : public testing::TestWithParam<BadOptions> {};

TEST_P(PostgresOptionsTest, TellsWhatIsWrong) {
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kPostgresSpec, GetParam().yaml, clock);
  EXPECT_EQ(made.collector, nullptr);
  ASSERT_EQ(made.errors.size(), 1U);
  EXPECT_THAT(made.errors[0], HasSubstr(GetParam().want));
  EXPECT_THAT(made.errors[0], Not(HasSubstr("hush")));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PostgresOptionsTest,
    testing::Values(
        BadOptions{"Dsn", "dsn: \"postgres//me:hush@db\"", "test.yml:1:6: dsn is neither a URL"},
        BadOptions{"View",
                   "dsn: \"host=db\"\ndisable: [walk]",
                   "test.yml:2:10: no part \"walk\"; there are blocked_sessions, "},
        BadOptions{"Databases",
                   "dsn: \"host=db\"\ndatabases: every",
                   "test.yml:2:12: expected a list of databases or all, got \"every\""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::postgres
