#include "collectors/postgres/query_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/postgres/views.h"

namespace sidewatch::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  std::vector<UserQuery> queries;
  std::vector<std::string> errors;
};

Read ReadYaml(const std::string& yaml, bool several = false) {
  Read read;
  config::Diagnostics diagnostics;
  const auto node = config::ParseYaml(yaml, "test.yml", config::ExpandEnv::kNo, diagnostics);
  if (node) {
    config::MapReader target(*node, diagnostics);
    read.queries = ReadQueries(target, {.views = AllViews(), .several_databases = several});
  }
  read.errors.assign(diagnostics.errors().begin(), diagnostics.errors().end());
  return read;
}

TEST(ReadQueriesTest, ReadsOurList) {
  const Read read = ReadYaml(R"(
queries:
  - name: orders
    sql: SELECT state, count(*) AS n, max(total) AS top FROM orders GROUP BY 1
    labels: [state]
    values: [n, {column: top, metric: orders_highest_euros, type: counter, help: Most.}]
    timeout: 500ms
    cache: 1m
    max_rows: 20
    each_database: true
)");
  EXPECT_THAT(read.errors, IsEmpty());
  ASSERT_EQ(read.queries.size(), 1U);
  const UserQuery& query = read.queries[0];
  EXPECT_EQ(query.name, "orders");
  EXPECT_THAT(query.labels, ElementsAre("state"));
  ASSERT_EQ(query.values.size(), 2U);
  EXPECT_EQ(query.values[0].metric, "orders_n");
  EXPECT_EQ(query.values[0].type, MetricType::kGauge);
  EXPECT_EQ(query.values[1].metric, "orders_highest_euros");
  EXPECT_EQ(query.values[1].type, MetricType::kCounter);
  EXPECT_EQ(query.values[1].help, "Most.");
  EXPECT_EQ(query.timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(query.cache, std::chrono::minutes(1));
  EXPECT_EQ(query.max_rows, 20U);
  EXPECT_TRUE(query.each_database);
}

constexpr const char* kPeerFile = R"(
queries:
  shop_jobs:
    query: "SELECT name, waiting, state, note FROM jobs"
    cache_seconds: 30
    metrics:
      - name: {usage: "LABEL", description: "Name of the job"}
      - waiting: {usage: "COUNTER", description: "Jobs that wait"}
      - state: {usage: MAPPEDMETRIC, metric_mapping: {idle: 0, busy: 1}}
      - note: {usage: DISCARD}
)";

TEST(ReadQueriesTest, ReadsTheMapOfThePeer) {
  const Read read = ReadYaml(kPeerFile);
  EXPECT_THAT(read.errors, IsEmpty());
  ASSERT_EQ(read.queries.size(), 1U);
  const UserQuery& query = read.queries[0];
  EXPECT_THAT(query.labels, ElementsAre("name"));
  ASSERT_EQ(query.values.size(), 2U);
  EXPECT_EQ(query.values[0].metric, "shop_jobs_waiting");
  EXPECT_EQ(query.values[0].type, MetricType::kCounter);
  EXPECT_EQ(query.values[0].help, "Jobs that wait");
  EXPECT_EQ(query.values[1].mapping.at("busy"), 1);
  EXPECT_EQ(query.cache, std::chrono::seconds(30));
  EXPECT_FALSE(query.each_database);
  EXPECT_TRUE(ReadYaml(kPeerFile, true).queries[0].each_database);
}

struct Mistake {
  std::string name;
  std::string yaml;
  std::string want;
};

class MistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, IsNamed) {
  const Read read = ReadYaml(GetParam().yaml);
  ASSERT_FALSE(read.errors.empty());
  EXPECT_THAT(read.errors[0], HasSubstr(GetParam().want));
  EXPECT_THAT(read.errors[0], HasSubstr("test.yml:"));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MistakeTest,
    testing::Values(
        Mistake{"Scalar", "queries: 5", "expected a list of queries"},
        Mistake{"NoName", "queries: [{sql: SELECT 1, values: [n]}]", "missing key \"name\""},
        Mistake{"NoSql", "queries: [{name: a, values: [n]}]", "missing key \"sql\""},
        Mistake{"NoValue", "queries: [{name: a, sql: SELECT 1}]", "has no column with a number"},
        Mistake{"BadName", "queries: [{name: a-b, sql: S, values: [n]}]", "query \"a-b\""},
        Mistake{"Twice",
                "queries: [{name: a, sql: S, values: [n]}, {name: a, sql: S, values: [m]}]",
                "another query \"a\""},
        Mistake{"SameMetric",
                "queries: [{name: a, sql: S, values: [n, n]}]",
                "gives the metric \"a_n\" already"},
        Mistake{"BadType",
                "queries: [{name: a, sql: S, values: [{column: n, type: summary}]}]",
                "no type \"summary\"; there are gauge, counter, histogram"},
        Mistake{"HistogramsPartsAreTaken",
                "queries: [{name: a, sql: S, values: [n_sum, {column: n, type: histogram}]}]",
                "gives the metric \"a_n_sum\" already"},
        Mistake{"ReservedLabel",
                "queries: [{name: a, sql: S, labels: [job], values: [n]}]",
                "rename the column with AS"},
        Mistake{"LabelTwice",
                "queries: [{name: a, sql: S, each_database: true, labels: [datname], values: [n]}]",
                "sidewatch adds `datname`"},
        Mistake{"TakenByAPart",
                "queries: [{name: pg_database, sql: S, values: [size_bytes]}]",
                "is shown by the part database already"},
        Mistake{"OurOwn", "queries: [{name: sidewatch_x, sql: S, values: [n]}]", "clashes"},
        Mistake{"Rows", "queries: [{name: a, sql: S, values: [n], max_rows: 0}]", "between 1 and"},
        Mistake{"UnknownKey", "queries: [{name: a, sql: S, values: [n], label: [x]}]", "label"},
        Mistake{"BadUsage",
                "queries: {a: {query: S, metrics: [{n: {usage: SUMMARY}}]}}",
                "no usage \"SUMMARY\"; there are LABEL, GAUGE, COUNTER, MAPPEDMETRIC, HISTOGRAM, "
                "DURATION, DISCARD"},
        Mistake{"PeerWithoutSql", "queries: {a: {metrics: [{n: {usage: GAUGE}}]}}", "\"query\""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::postgres
