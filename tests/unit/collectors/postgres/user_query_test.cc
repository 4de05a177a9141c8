#include "collectors/postgres/user_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/recording_sink.h"
#include "tests/unit/collectors/postgres/make_result.h"

namespace sidewatch::postgres {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

UserQuery Orders() {
  return {.name = "orders",
          .sql = "SELECT state, count(*) AS n FROM orders GROUP BY 1;\n",
          .labels = {"state"},
          .values = {{.column = "n", .metric = "orders_n", .help = "Orders.", .mapping = {}}}};
}

void Show(QueryAnswer answer, testkit::RecordingSink& sink) {
  for (MetricFamily& family : answer.families) {
    sink.AddFamily(std::move(family));
  }
}

TEST(BoundedSqlTest, AsksForTheColumnsAndBoundsTheRows) {
  UserQuery query = Orders();
  query.max_rows = 7;
  const std::string sql = BoundedSql(query);
  EXPECT_THAT(sql, HasSubstr(R"(SELECT left(q."state"::text, 1024), CASE)"));
  EXPECT_THAT(sql, HasSubstr("\nSELECT state, count(*) AS n FROM orders GROUP BY 1\n)"));
  EXPECT_THAT(sql, testing::EndsWith("LIMIT 1007"));
}

TEST(BoundedSqlTest, QuotesColumns) {
  UserQuery query = Orders();
  query.labels = {R"(a"b)"};
  EXPECT_THAT(BoundedSql(query), HasSubstr(R"(left(q."a""b"::text, 1024))"));
}

TEST(ReadAnswerTest, GivesASampleForEachRow) {
  const ResultHandle rows = MakeResult({"l", "v"}, {{"new", "5"}, {"", "7"}, {"done", ""}});
  const QueryAnswer answer = ReadAnswer(Orders(), Rows(*rows), "shop");
  EXPECT_FALSE(answer.problem);
  EXPECT_EQ(answer.cut, 0U);
  testkit::RecordingSink sink;
  Show(answer, sink);
  EXPECT_EQ(sink.Find(R"(orders_n{datname="shop", state="new"})"), 5);
  EXPECT_EQ(sink.Find(R"(orders_n{datname="shop"})"), 7);
  EXPECT_EQ(sink.values().size(), 2U) << "NULL is absent, not 0";
}

TEST(ReadAnswerTest, CutsAndCounts) {
  UserQuery query = Orders();
  query.max_rows = 2;
  const ResultHandle rows = MakeResult({"l", "v"}, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  const QueryAnswer answer = ReadAnswer(query, Rows(*rows), "");
  EXPECT_EQ(answer.cut, 1U);
  ASSERT_EQ(answer.families.size(), 1U);
  EXPECT_EQ(answer.families[0].samples.size(), 2U);
}

UserQuery Waits() {
  return {.name = "waits",
          .sql = "SELECT 1",
          .labels = {},
          .values = {{.column = "w",
                      .metric = "waits_w",
                      .type = MetricType::kHistogram,
                      .help = "Waits.",
                      .mapping = {}}}};
}

TEST(BoundedSqlTest, AsksForTheFourColumnsOfAHistogram) {
  const std::string sql = BoundedSql(Waits());
  for (const std::string column : {"w", "w_bucket", "w_sum", "w_count"}) {
    EXPECT_THAT(sql, HasSubstr("q.\"" + column + "\""));
  }
}

TEST(ReadAnswerTest, ReadsAHistogram) {
  const ResultHandle rows =
      MakeResult({"w", "b", "s", "c"}, {{"{0.1,0.5,1}", "{1,3,4}", "2.5", "6"}});
  const QueryAnswer answer = ReadAnswer(Waits(), Rows(*rows), "");
  EXPECT_FALSE(answer.problem);
  testkit::RecordingSink sink;
  Show(answer, sink);
  EXPECT_EQ(sink.Find(R"(waits_w_bucket{le="0.1"})"), 1);
  EXPECT_EQ(sink.Find(R"(waits_w_bucket{le="0.5"})"), 3);
  EXPECT_EQ(sink.Find(R"(waits_w_bucket{le="1"})"), 4);
  EXPECT_EQ(sink.Find(R"(waits_w_bucket{le="+Inf"})"), 6);
  EXPECT_EQ(sink.Find("waits_w_sum"), 2.5);
  EXPECT_EQ(sink.Find("waits_w_count"), 6);
  EXPECT_THAT(sink.Shapes(), testing::ElementsAre("waits_w\thistogram\t"));
}

TEST(ReadAnswerTest, WhatIsNoHistogramIsTold) {
  const std::vector<std::vector<std::string>> wrong = {{"{a}", "{1}", "1", "1"},
                                                       {"{0.1}", "{NULL}", "1", "1"},
                                                       {"{0.1}", "{1}", "x", "1"},
                                                       {"{0.1}", "{1}", "1", ""}};
  for (const std::vector<std::string>& line : wrong) {
    const ResultHandle rows = MakeResult({"w", "b", "s", "c"}, {line});
    const QueryAnswer answer = ReadAnswer(Waits(), Rows(*rows), "");
    EXPECT_THAT(answer.families, IsEmpty());
    ASSERT_TRUE(answer.problem);
    EXPECT_THAT(answer.problem->message, HasSubstr("w_bucket"));
  }
}

TEST(ReadAnswerTest, WithoutRowsThereIsNoFamily) {
  const ResultHandle rows = MakeResult({"l", "v"}, {});
  EXPECT_THAT(ReadAnswer(Orders(), Rows(*rows), "").families, IsEmpty());
}

struct ProblemCase {
  std::string name;
  std::map<std::string, double> mapping;
  std::vector<std::vector<std::string>> lines;
  std::size_t want_samples;
  std::string want_problem;
};

class ProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(ProblemTest, IsToldAndTheOtherRowsAreShown) {
  const ProblemCase& c = GetParam();
  UserQuery query = Orders();
  query.values[0].mapping = c.mapping;
  const ResultHandle rows = MakeResult({"l", "v"}, c.lines);
  const QueryAnswer answer = ReadAnswer(query, Rows(*rows), "");
  ASSERT_TRUE(answer.problem);
  EXPECT_THAT(answer.problem->message, HasSubstr(c.want_problem));
  ASSERT_EQ(answer.families.size(), 1U);
  EXPECT_EQ(answer.families[0].samples.size(), c.want_samples);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ProblemTest,
                         testing::Values(ProblemCase{"NoNumber",
                                                     {},
                                                     {{"a", "1"}, {"b", "soon"}},
                                                     1,
                                                     "column n holds \"soon\", which is no number"},
                                         ProblemCase{"Twice",
                                                     {},
                                                     {{"a", "1"}, {"a", "2"}, {"b", "3"}},
                                                     2,
                                                     "two rows have the labels {state=\"a\"}"},
                                         ProblemCase{"NotMapped",
                                                     {{"on", 1}},
                                                     {{"a", "on"}, {"b", "off"}},
                                                     1,
                                                     "which its mapping does not name"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::postgres
