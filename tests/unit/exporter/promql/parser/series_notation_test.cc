#include "exporter/promql/series_notation.h"

#include <string>

#include <gtest/gtest.h>

#include "exporter/base/number.h"
#include "exporter/model/sample.h"

namespace sidewatch::promql {
namespace {

using HistogramPtr = std::shared_ptr<const HistogramLiteral>;

std::string Show(const SeriesValue& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    return "_";
  }
  if (const auto* const histogram = std::get_if<HistogramPtr>(&value)) {
    std::string text = "{" + FormatNumber((*histogram)->count) + ":";
    for (const double count : (*histogram)->positive.counts) {
      text += " " + FormatNumber(count);
    }
    return text + "}";
  }
  const double number = std::get<double>(value);
  return IsStale(number) ? "stale" : FormatNumber(number);
}

std::string Show(const SeriesNotation& series) {
  std::string text = series.labels.ToString();
  for (const SeriesValue& value : series.values) {
    text += " " + Show(value);
  }
  return text;
}

struct Case {
  std::string name;
  std::string line;
  std::string want;  ///< The series, or the error.
};

class SeriesNotationTest : public testing::TestWithParam<Case> {};

TEST_P(SeriesNotationTest, Reads) {
  const Result<SeriesNotation> got = ParseSeriesNotation(GetParam().line);
  EXPECT_EQ(got ? Show(*got) : got.error().message, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SeriesNotationTest,
    testing::Values(
        Case{"Sequence", R"(up{job="a"} 1 _ stale 2+1x2)", R"(up{job="a"} 1 _ stale 2 3 4)"},
        Case{"StaleRepeated", "up stalex1 _x2 5", "up stale stale _ _ 5"},
        Case{"Words", "up NaN -Inf infx1", "up NaN -Inf +Inf +Inf"},
        Case{"Keyword", "sum 0x2", "sum 0 0 0"},
        Case{"NameAsLabel", R"({__name__="up"}	1)", "up 1"},
        Case{"Histogram", "h {{count:3 buckets:[1 2]}}x1", "h {3: 1 2} {3: 1 2}"},
        Case{"Growing",
             "h {{count:1 buckets:[1]}}+{{count:2 buckets:[2] offset:1}}x2",
             "h {1: 1} {3: 1 2} {5: 1 4}"},
        Case{"FinerChange",
             "h {{schema:0}}+{{schema:1 buckets:[1 1 1] offset:1}}x1",
             "h {0:} {0: 2 1}"},
        Case{
            "UnknownWord",
            "up gone",
            R"(1:4: parse error: unexpected identifier "gone" in series values, expected number or "stale")"},
        Case{"Hexadecimal", "up 1 0x1f", "1:8: parse error: bad number syntax: \"1\""},
        Case{
            "FractionOfTimes",
            "up 1x1.5",
            R"(1:6: parse error: invalid repetition in series values: strconv.ParseUint: parsing "1.5": invalid syntax)"},
        Case{
            "SecondKey",
            "h {{sum:1 schema: 1}}",
            R"(1:18: parse error: unexpected " " in histogram description, expected histogram description key, e.g. buckets:[5 10 7])"},
        Case{"OpenHistogram",
             "h {{sum:1",
             "1:10: parse error: histogram description incomplete unexpected: '�'"},
        Case{"ManyValues", "up 1x1000000", "1:6: parse error: series has more than 1000000 values"},
        Case{"ManyBuckets",
             "h {{buckets:[1]}}+{{buckets:[1] offset:2000000000}}x1",
             "1:53: parse error: error combining histograms: more than 100000 buckets between the "
             "lowest and highest"},
        Case{"Thresholds",
             "h {{z_bucket_w:1}}-{{z_bucket_w:2}}x1",
             "1:37: parse error: error combining histograms: their zero thresholds differ (1 and "
             "2)"}),
    [](const auto& row) { return row.param.name; });

TEST(SeriesNotationTest, TellsWhetherAHintWasWritten) {
  const Result<SeriesNotation> got = ParseSeriesNotation(
      "h {{}} {{counter_reset_hint:unknown}} {{}}+{{counter_reset_hint:gauge}}x1");
  ASSERT_TRUE(got.has_value()) << got.error().message;
  const auto at = [&](std::size_t i) {
    return std::get<HistogramPtr>(got->values.at(i));
  };
  EXPECT_FALSE(at(0)->reset_hint_written);
  EXPECT_TRUE(at(1)->reset_hint_written);
  EXPECT_TRUE(at(2)->reset_hint_written);
  EXPECT_EQ(at(3)->reset_hint, HistogramLiteral::ResetHint::kGauge);
}

}  // namespace
}  // namespace sidewatch::promql
