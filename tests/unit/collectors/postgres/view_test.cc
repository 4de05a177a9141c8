#include "collectors/postgres/view.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/postgres/views.h"
#include "tests/testkit/recording_sink.h"
#include "tests/unit/collectors/postgres/make_result.h"

namespace sidewatch::postgres {
namespace {

constexpr std::string_view kLabels[] = {"datname", "server"};
constexpr ColumnMetric kMetrics[] = {
    {"size", Gauge("pg_size", kLabels, "size", "A size.")},
    {"newer", Counter("pg_newer", kLabels, "newer", "A column of a newer release.")},
};
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = "SELECT old"},
                                       {.min_version = 140000, .sql = "SELECT new"}};
constexpr View kView = {.name = "sizes", .queries = kQueries, .metrics = kMetrics};

TEST(ReadColumnsTest, NullAndMissingColumnsGiveNoSample) {
  const ResultHandle result =
      MakeResult({"datname", "size"}, {{"shop", "5"}, {"", "t"}, {"x", ""}, {"y", "abc"}});
  testkit::RecordingSink sink;
  ReadColumns(kView, Rows(*result), {.server = "db:5432"}, sink);
  EXPECT_EQ(sink.Find(R"(pg_size{datname="shop", server="db:5432"})"), 5);
  EXPECT_EQ(sink.Find(R"(pg_size{server="db:5432"})"), 1);
  EXPECT_EQ(sink.values().size(), 2U);
}

TEST(QueryForTest, TakesTheNewestThatFits) {
  EXPECT_EQ(QueryFor(kView, 90600), "");
  EXPECT_EQ(QueryFor(kView, 130012), "SELECT old");
  EXPECT_EQ(QueryFor(kView, 140000), "SELECT new");
  EXPECT_EQ(QueryFor(kView, 180000), "SELECT new");
}

TEST(WithLimitsTest, PutsTheNumbersIn) {
  const Limits limits{.statements = 7, .tables = 9};
  EXPECT_EQ(WithLimits("a LIMIT :statements", limits), "a LIMIT 7");
  EXPECT_EQ(WithLimits("a LIMIT :tables) t", limits), "a LIMIT 9) t");
  EXPECT_EQ(WithLimits("a::text", limits), "a::text");
}

TEST(AllViewsTest, HaveTheirOwnNamesAndMetrics) {
  std::set<std::string_view> names;
  std::set<std::string_view> metrics;
  for (const View* view : AllViews()) {
    EXPECT_TRUE(names.insert(view->name).second) << view->name;
    EXPECT_FALSE(view->queries.empty()) << view->name;
    EXPECT_TRUE(std::ranges::is_sorted(view->queries, {}, &VersionedQuery::min_version))
        << view->name;
    for (const ColumnMetric& row : view->metrics) {
      EXPECT_TRUE(metrics.insert(row.metric.name).second) << row.metric.name;
    }
  }
}

TEST(AllViewsTest, EveryColumnIsAskedForBySomeRelease) {
  for (const View* view : AllViews()) {
    std::string sql;
    for (const VersionedQuery& query : view->queries) {
      sql += query.sql;
    }
    for (const ColumnMetric& row : view->metrics) {
      EXPECT_NE(sql.find(row.column), std::string::npos) << view->name << ": " << row.column;
    }
  }
}

}  // namespace
}  // namespace sidewatch::postgres
