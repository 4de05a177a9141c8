#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/exporter/promql/engine/scene.h"

namespace sidewatch::promql {
namespace {

const std::vector<std::string>& Shop() {
  static const std::vector<std::string> series = {
      R"(orders_total{shop="a", zone="x"} 0+3x20)",
      R"(orders_total{shop="b", zone="x"} 0+6x9 0+6x10)",
      R"(orders_total{shop="c", zone="y"} 5x20)",
      R"(stock{shop="a"} 1 NaN 3 2 5x16)",
      R"(stock{shop="b"} 4 _ 6 stale _x3 7)",
      R"(limit{shop="a"} 100x20)",
      R"(limit{shop="c"} 50x20)",
      R"(took_seconds_bucket{le="0.5"} 10x20)",
      R"(took_seconds_bucket{le="1.0"} 15x20)",
      R"(took_seconds_bucket{le="+Inf"} 20x20)",
  };
  return series;
}

struct Case {
  std::string name;
  std::string query;
  std::int64_t at = 0;  ///< Seconds.
  std::string want;     ///< Or the error.
};

class InstantTest : public testing::TestWithParam<Case> {};

TEST_P(InstantTest, Gives) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, Shop());
  const testkit::ManualClock clock;
  const Engine engine({.parser = {.experimental_functions = true, .fill_modifiers = true}}, clock);
  const auto query = engine.Prepare(GetParam().query);
  ASSERT_TRUE(query.has_value()) << query.error().message;
  const auto got = engine.Instant(storage, *query, FromUnixMillis(GetParam().at * 1000));
  EXPECT_EQ(got.has_value() ? Show(*got) : got.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Selectors,
    InstantTest,
    testing::Values(
        Case{"Latest", R"(stock{shop="b"})", 59, "stock{shop=\"b\"} 4@59"},
        Case{"StaleEnds", R"(stock{shop="b"})", 100, ""},
        Case{"LookbackIsLeftOpen", R"(stock{shop="b"})", 210 + 300, ""},
        Case{"LookbackReaches", R"(stock{shop="b"})", 210 + 299, "stock{shop=\"b\"} 7@509"},
        Case{"CountsMinusZeroByItself",
             R"(count_values("v", label_replace(vector(-0), "a", "x", "", "") or vector(0)))",
             30,
             "{v=\"-0\"} 1@30\n{v=\"0\"} 1@30"},
        Case{"NanIsAValue", R"(stock{shop="a"})", 30, "stock{shop=\"a\"} NaN@30"},
        Case{"Offset",
             R"(orders_total{shop="a"} offset 1m)",
             120,
             "orders_total{shop=\"a\", zone=\"x\"} 6@120"},
        Case{"At",
             R"(orders_total{shop="a"} @ 60)",
             600,
             "orders_total{shop=\"a\", zone=\"x\"} 6@600"},
        Case{"RawSamples", R"(stock{shop="b"}[2m])", 90, "stock{shop=\"b\"} 4@0 6@60"},
        Case{"Timestamp", R"(timestamp(stock{shop="b"}))", 80, "{shop=\"b\"} 60@80"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Functions,
    InstantTest,
    testing::Values(
        Case{"RateExtrapolates",
             R"(rate(orders_total{shop="a"}[1m]))",
             300,
             "{shop=\"a\", zone=\"x\"} 0.1@300"},
        Case{"IncreaseOverReset",
             R"(increase(orders_total{shop="b"}[2m]))",
             330,
             "{shop=\"b\", zone=\"x\"} 16@330"},
        Case{"ResetsCounts",
             R"(resets(orders_total{shop="b"}[5m]))",
             400,
             "{shop=\"b\", zone=\"x\"} 1@400"},
        Case{"MaxIgnoresNan", R"(max_over_time(stock{shop="a"}[2m]))", 90, "{shop=\"a\"} 3@90"},
        Case{"LastKeepsName",
             R"(last_over_time(stock{shop="a"}[2m]))",
             90,
             "stock{shop=\"a\"} 2@90"},
        Case{"AbsentSaysWhat", R"(absent(nothing{a="b", c=~"d"}))", 0, "{a=\"b\"} 1@0"},
        Case{"HistogramQuantile", "histogram_quantile(0.6, took_seconds_bucket)", 0, "{} 0.7@0"},
        Case{"LabelReplace",
             R"q(label_replace(limit{shop="a"}, "where", "at-$1", "shop", "(.)"))q",
             0,
             "limit{shop=\"a\", where=\"at-a\"} 100@0"},
        Case{"SortDescNanLast",
             "sort_desc(stock)",
             30,
             "stock{shop=\"b\"} 4@30\nstock{shop=\"a\"} NaN@30"},
        Case{"Subquery",
             R"(sum_over_time(orders_total{shop="a"}[2m:1m]))",
             125,
             "{shop=\"a\", zone=\"x\"} 18@125"},
        Case{"Refused",
             "info(limit)",
             0,
             "function info() is not supported: it needs data that is not stored here "
             "(native histograms, start timestamps or info metrics)"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Operators,
    InstantTest,
    testing::Values(
        Case{"FilterKeepsValue", "60 < limit", 0, "limit{shop=\"a\"} 100@0"},
        Case{"BoolDropsName", "limit > bool 60", 0, "{shop=\"a\"} 1@0\n{shop=\"c\"} 0@0"},
        Case{"OneToOne",
             "limit - on (shop) orders_total",
             60,
             "{shop=\"a\"} 94@60\n{shop=\"c\"} 45@60"},
        Case{"GroupLeft",
             "orders_total * on (shop) group_left limit",
             30,
             "{shop=\"a\", zone=\"x\"} 300@30\n{shop=\"c\", zone=\"y\"} 250@30"},
        Case{"GroupRightCopies",
             "limit + on (shop) group_right (zone) stock",
             0,
             "{shop=\"a\"} 101@0"},
        Case{"ManySide",
             "limit * on () group_right stock",
             0,
             "found duplicate series for the match group {} on the left hand-side of the "
             "operation: [{__name__=\"limit\", shop=\"a\"}, {__name__=\"limit\", "
             "shop=\"c\"}];many-to-many matching not allowed: matching labels must be unique on "
             "one side"},
        Case{"NotExplicit",
             R"(orders_total * on (zone) orders_total{shop="a"})",
             0,
             "multiple matches for labels: many-to-one matching must be explicit "
             "(group_left/group_right)"},
        Case{"SameLabels",
             R"(-{shop="a"})",
             0,
             "vector cannot contain metrics with the same labelset"},
        Case{"Unless", "limit unless on (shop) stock", 0, "limit{shop=\"c\"} 50@0"},
        Case{"OrKeepsOrder",
             R"(limit{shop="c"} or limit)",
             0,
             "limit{shop=\"c\"} 50@0\nlimit{shop=\"a\"} 100@0"},
        Case{"Fill", "limit + fill_right (1) stock", 0, "{shop=\"a\"} 101@0\n{shop=\"c\"} 51@0"},
        Case{"ScalarMath", "-2 ^ 2 + 7 % 4", 0, "-1"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Aggregations,
    InstantTest,
    testing::Values(
        Case{"SumBy", "sum by (zone) (orders_total)", 60, "{zone=\"x\"} 18@60\n{zone=\"y\"} 5@60"},
        Case{"Without",
             "max without (shop) (orders_total)",
             60,
             "{zone=\"x\"} 12@60\n{zone=\"y\"} 5@60"},
        Case{"Topk", "topk(1, orders_total)", 60, "orders_total{shop=\"b\", zone=\"x\"} 12@60"},
        Case{"TopkNan", "topk(1, stock)", 30, "stock{shop=\"b\"} 4@30"},
        Case{"Quantile", "quantile(0.5, limit)", 0, "{} 75@0"},
        Case{"CountValues", R"(count_values("v", limit))", 0, "{v=\"100\"} 1@0\n{v=\"50\"} 1@0"},
        Case{"NothingStaysNothing", "sum(nothing)", 0, ""},
        Case{"ParameterNan", "topk(NaN, limit)", 0, "Parameter value is NaN"}),
    [](const auto& row) { return row.param.name; });

TEST(RangeQuery, EvaluatesAllStepsAndSorts) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, Shop());
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  const auto query = engine.Prepare("stock or limit");
  const auto got =
      engine.Range(storage, *query, {FromUnixMillis(0), FromUnixMillis(120'000), Duration(60'000)});
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(Show(*got),
            "limit{shop=\"c\"} 50@0 50@60 50@120\n"
            "stock{shop=\"a\"} 1@0 3@60 5@120\n"
            "stock{shop=\"b\"} 4@0 6@60");
}

TEST(RangeQuery, JoinsSeriesThatLoseTheirNames) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, {"first_total 1 2 stale", "second_total _ _ 3 4"});
  const testkit::ManualClock clock;
  for (const bool delayed : {false, true}) {
    const Engine engine({.delayed_name_removal = delayed}, clock);
    const auto query = engine.Prepare(R"(-{__name__=~".*_total"})");
    const auto got = engine.Range(
        storage, *query, {FromUnixMillis(0), FromUnixMillis(90'000), Duration(30'000)});
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(Show(*got), "{} -1@0 -2@30 -3@60 -4@90");
  }
}

struct NoteCase {
  std::string name;
  std::string query;
  std::string warning;
  std::string info;
};

class NotesTest : public testing::TestWithParam<NoteCase> {};

TEST_P(NotesTest, PointsAtTheExpression) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, Shop());
  LoadSeries(storage, {R"(odd_bucket{le="1"} 5)", R"(odd_bucket{le="+Inf"} 3)", R"(odd_bucket 1)"});
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  const auto query = engine.Prepare(GetParam().query);
  ASSERT_TRUE(query.has_value()) << query.error().message;
  const auto got = engine.Instant(storage, *query, FromUnixMillis(0));
  ASSERT_TRUE(got.has_value()) << got.error().message;
  const auto all = [](const std::string& text) {
    return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
  };
  EXPECT_THAT(got->warnings, testing::ElementsAreArray(all(GetParam().warning)));
  EXPECT_THAT(got->infos, testing::ElementsAreArray(all(GetParam().info)));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NotesTest,
    testing::Values(
        NoteCase{"Quantile",
                 "quantile(1.5,\n  limit)",
                 "PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)",
                 ""},
        NoteCase{"NoCounter",
                 "sum(\n rate(limit[1h] offset -1h))",
                 "",
                 "PromQL info: metric might not be a counter, name does not end in "
                 "_total/_sum/_count/_bucket: \"limit\" (2:7)"},
        NoteCase{"Buckets",
                 "histogram_quantile(0.5, odd_bucket)",
                 "PromQL warning: bucket label \"le\" is missing or has a malformed value of \"\" "
                 "(1:25)",
                 "PromQL info: input to histogram_quantile needed to be fixed for monotonicity "
                 "(see https://prometheus.io/docs/prometheus/latest/querying/functions/"
                 "#histogram_quantile), from buckets +Inf to +Inf, with a max diff of 2, over 1 "
                 "samples from 1970-01-01T00:00:00Z to 1970-01-01T00:00:00Z (1:25)"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    FarDates,
    InstantTest,
    testing::Values(Case{"Year", "year(vector(1e13))", 0, "{} 318857@0"},
                    Case{"YearBefore", "year(vector(-1e13))", 0, "{} -314918@0"},
                    Case{"Month", "month(vector(1e13))", 0, "{} 5@0"},
                    Case{"DayOfMonth", "day_of_month(vector(1e13))", 0, "{} 20@0"},
                    Case{"DayOfWeek", "day_of_week(vector(-1e13))", 0, "{} 0@0"},
                    Case{"Hour", "hour(vector(1e13))", 0, "{} 17@0"},
                    Case{"Minute", "minute(vector(-1e13))", 0, "{} 13@0"},
                    Case{"DayOfYear", "day_of_year(vector(1e15))", 0, "{} 187@0"},
                    Case{"LeapYear", "days_in_month(vector(68169600))", 0, "{} 29@0"},
                    Case{"December", "days_in_month(vector(-1))", 0, "{} 31@0"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(Numbers,
                         InstantTest,
                         testing::Values(Case{"CountValuesOfASmallOne",
                                              R"(count_values("v", vector(1e-5)))",
                                              0,
                                              "{v=\"0.00001\"} 1@0"},
                                         Case{"CountValuesOfALargeOne",
                                              R"(count_values("v", vector(1e23)))",
                                              0,
                                              "{v=\"100000000000000000000000\"} 1@0"}),
                         [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    SomeOfThem,
    InstantTest,
    testing::Values(
        Case{"LimitkTakesTheFirst", "limitk(1, stock)", 60, "stock{shop=\"a\"} 3@60"},
        Case{"LimitkTakesAllThereAre", "count(limitk(9, orders_total))", 60, "{} 3@60"},
        Case{"LimitkOfNone", "limitk(0, orders_total)", 60, ""},
        Case{"LimitkOfLessThanNone", "limitk(-1, orders_total)", 60, ""},
        Case{"LimitkByGroup",
             "count by (zone) (limitk by (zone) (1, orders_total))",
             60,
             "{zone=\"x\"} 1@60\n{zone=\"y\"} 1@60"},
        Case{"LimitkOfNoNumber", "limitk(NaN, orders_total)", 60, "Parameter value is NaN"},
        Case{"RatioOfAll", "count(limit_ratio(1, orders_total))", 60, "{} 3@60"},
        Case{"RatioOfNone", "limit_ratio(0, orders_total)", 60, ""},
        Case{"RatioAboveOne", "count(limit_ratio(1.5, orders_total))", 60, "{} 3@60"},
        Case{"RatiosCoverAll",
             "count(limit_ratio(0.4, orders_total) or limit_ratio(-0.6, orders_total))",
             60,
             "{} 3@60"},
        Case{"RatiosShareNone",
             "limit_ratio(0.4, orders_total) and limit_ratio(-0.6, orders_total)",
             60,
             ""},
        Case{"RatioOfNoNumber", "limit_ratio(NaN, orders_total)", 60, "Ratio value is NaN"}),
    [](const auto& row) { return row.param.name; });

/// More rows than are read at once, and not a whole number of times as many.
TEST(Blocks, AScalarMeetsEachRowAtItsStep) {
  testkit::MemoryStorage storage;
  std::vector<std::string> lines;
  for (int i = 0; i < 1200; ++i) {
    lines.push_back(fmt::format(R"(many{{i="{}"}} {}x4)", i, i));
  }
  LoadSeries(storage, lines);
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  const auto at = FromUnixMillis(60'000);
  const auto kept = engine.Instant(storage, *engine.Prepare("count(many >= 601)"), at);
  EXPECT_EQ(Show(*kept), "{} 599@60");
  const auto turned = engine.Instant(storage, *engine.Prepare("sum(time() - many)"), at);
  EXPECT_EQ(Show(*turned), "{} -647400@60");
  const auto range =
      engine.Range(storage,
                   *engine.Prepare("sum(many * time()) + count(many > time())"),
                   {.start = FromUnixMillis(30'000), .end = at, .step = std::chrono::seconds(30)});
  EXPECT_EQ(Show(*range), "{} 21583169@30 43165139@60");
}

}  // namespace
}  // namespace sidewatch::promql
