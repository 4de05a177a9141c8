// What a fuzzer beside Prometheus has found: odd cases in which answers differed.

#include <gmock/gmock.h>

#include "tests/unit/exporter/promql/engine/scene.h"

namespace sidewatch::promql {
namespace {

const std::vector<std::string>& Odd() {
  static const std::vector<std::string> series = {
      R"(spelled_bucket{le="1"} 10x20)",
      R"(spelled_bucket{le="1_0"} 20x20)",
      R"(spelled_bucket{le="0x1p5"} 30x20)",
      R"(spelled_bucket{le="1e999"} 35x20)",
      R"(spelled_bucket{le="+Inf"} 40x20)",
      R"(lost_bucket{le="1"} 10x20)",
      R"(lost_bucket{le="2"} 20x20)",
      R"(lost_bucket{le="+Inf"} NaNx20)",
      R"(nothing NaNx20)",
      R"(zero 0x20)",
      R"(flips 0 -0 0 -0)",
      R"(early{a="x"} 1x3)",
      R"(late{a="x"} _x9 1x9)",
      R"(tie{n="0"} 0x20)",
      R"(tie{n="1"} 0x20)",
      R"(tie{n="2"} 0x20)",
      R"(tie{n="3"} 1x20)",
      R"(tie{n="4"} 1x20)",
  };
  return series;
}

struct Case {
  std::string name;
  std::string query;
  std::string want;  ///< Or the error.
  std::int64_t from = 60;
  std::int64_t to = 60;  ///< The same: an instant query. Else one with a step of 30 seconds.
};

class AsPrometheus : public testing::TestWithParam<Case> {};

TEST_P(AsPrometheus, Answers) {
  testkit::MemoryStorage storage;
  LoadSeries(storage, Odd());
  const testkit::ManualClock clock;
  const Engine engine({.parser = {.experimental_functions = true}}, clock);
  const auto query = engine.Prepare(GetParam().query);
  ASSERT_TRUE(query.has_value()) << query.error().message;
  const auto start = FromUnixMillis(GetParam().from * 1000);
  const auto got =
      GetParam().from == GetParam().to
          ? engine.Instant(storage, *query, start)
          : engine.Range(
                storage, *query, {start, FromUnixMillis(GetParam().to * 1000), Duration(30'000)});
  EXPECT_EQ(got.has_value() ? Show(*got) : got.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    AsPrometheus,
    testing::Values(
        Case{"BoundsAsGoReadsThem", "histogram_quantile(0.5, spelled_bucket)", "{} 10@60"},
        Case{"BoundsInHexadecimal", "histogram_quantile(0.75, spelled_bucket)", "{} 32@60"},
        Case{"BoundsTooLarge", "histogram_quantile(0.9, spelled_bucket)", "{} 32@60"},
        Case{"AsManyAsNobodyKnows", "histogram_quantile(0.5, lost_bucket)", "{} 2@60"},
        Case{"QuantileIsNoNegativeZero", "histogram_quantile(-0, spelled_bucket)", "{} 0@60"},
        Case{"NanAtMostMinusInf", "clamp_max(nothing, -Inf)", "{} -Inf@60"},
        Case{"NanAtLeastInf", "clamp_min(nothing, Inf)", "{} +Inf@60"},
        Case{"NanBetween", "clamp(nothing, -1, 1)", "{} NaN@60"},
        Case{"AtMostNan", "clamp_max(zero, NaN)", "{} NaN@60"},
        Case{"AtMostMinusZero", "clamp_max(zero, -0)", "{} -0@60"},
        Case{"AtLeastZero", "clamp_min(-zero, 0)", "{} 0@60"},
        Case{"CountsBothZeros",
             R"(count_values("v", flips))",
             "{v=\"-0\"} 1@30 1@90\n{v=\"0\"} 1@0 1@60",
             0,
             90},
        Case{"NoFactor", "double_exponential_smoothing(zero[5m], NaN, 0.5)", "{} NaN@60"},
        Case{"FactorOfInf",
             "double_exponential_smoothing(zero[5m], Inf, 0.5)",
             "invalid smoothing factor. Expected: 0 < sf < 1, got: +Inf"},
        Case{"TrendTooLarge",
             "double_exponential_smoothing(zero[5m], 0.5, 1)",
             "invalid trend factor. Expected: 0 < tf < 1, got: 1.000000"},
        Case{"GroupWithLeadingZero",
             R"q(label_replace(tie{n="3"}, "x", "<$01>", "n", "(.)"))q",
             R"(tie{n="3", x="<>"} 1@60)"},
        Case{"GroupBeforeALetter",
             R"q(label_replace(tie{n="3"}, "x", "<$1é>", "n", "(.)"))q",
             R"(tie{n="3", x="<>"} 1@60)"},
        Case{"GroupInBraces",
             R"q(label_replace(tie{n="3"}, "x", "<${1}é>", "n", "(.)"))q",
             R"(tie{n="3", x="<3é>"} 1@60)"},
        Case{"GroupNamedAsGoNamesItToo",
             R"q(label_replace(tie{n=~"(?<it>3)"}, "x", "<$it>", "n", "(?<it>.)"))q",
             R"(tie{n="3", x="<3>"} 1@60)"},
        Case{"SeriesOfRangesAreNotJoined",
             R"(max_over_time({__name__=~"early|late"}[1m]))",
             "vector cannot contain metrics with the same labelset",
             0,
             600},
        Case{"SeriesThatAreNegatedAreJoined",
             R"(-{__name__=~"early|late"} offset 5m)",
             "{a=\"x\"} -1@300 -1@330",
             300,
             330},
        Case{"TiesAsAHeapMovesThem",
             "topk(3, tie)",
             "tie{n=\"3\"} 1@60\ntie{n=\"4\"} 1@60\ntie{n=\"2\"} 0@60"},
        Case{"LowestTies", "bottomk(2, tie)", "tie{n=\"0\"} 0@60\ntie{n=\"1\"} 0@60"},
        Case{"RowsBeforeTheirNumber",
             "topk(NaN, double_exponential_smoothing(zero[5m], 0, 0.5))",
             "invalid smoothing factor. Expected: 0 < sf < 1, got: 0.000000"},
        Case{"FloatsAreNoHistograms", "histogram_count(tie)", ""},
        Case{"NoHistogramsOfAnError",
             R"(histogram_avg(-{n="0"} + on () group_left tie))",
             "found duplicate series for the match group {} on the right hand-side of the "
             "operation: [{__name__=\"tie\", n=\"0\"}, {__name__=\"tie\", n=\"1\"}];many-to-many "
             "matching not allowed: matching labels must be unique on one side"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::promql
