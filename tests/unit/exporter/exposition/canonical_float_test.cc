#include "exporter/exposition/canonical_float.h"

#include <gtest/gtest.h>

namespace sidewatch::exposition {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string want;
  bool surely = false;  ///< The cheap check must know it.
};

class CanonicalFloatTest : public testing::TestWithParam<Case> {};

TEST_P(CanonicalFloatTest, Writes) {
  const Case& c = GetParam();
  std::string got;
  AppendCanonicalFloat(got, c.text);
  EXPECT_EQ(got, c.want);
  EXPECT_EQ(IsSurelyCanonical(c.text), c.surely);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         CanonicalFloatTest,
                         testing::Values(Case{"One", "1", "1.0"},
                                         Case{"Zero", "0", "0.0"},
                                         Case{"MinusZero", "-0", "-0.0"},
                                         Case{"Canonical", "2.5", "2.5", true},
                                         Case{"WholeWithPoint", "10.0", "10.0", true},
                                         Case{"TrailingZero", "0.50", "0.5"},
                                         Case{"LeadingZero", "01.5", "1.5"},
                                         Case{"TwoZeros", "1.00", "1.0"},
                                         Case{"NoFraction", "1.", "1.0"},
                                         Case{"NoWhole", ".5", "0.5"},
                                         Case{"Negative", "-1.5", "-1.5"},
                                         Case{"SmallPlain", "0.0001", "0.0001", true},
                                         Case{"SmallExponent", "0.00001", "1e-05"},
                                         Case{"LargePlain", "999999", "999999.0"},
                                         Case{"LargeExponent", "1000000", "1e+06"},
                                         Case{"LargeDigits", "1234567.5", "1.2345675e+06"},
                                         Case{"Huge", "1e+23", "1e+23"},
                                         Case{"Inf", "Inf", "+Inf"},
                                         Case{"PlusInf", "+Inf", "+Inf", true},
                                         Case{"MinusInf", "-inf", "-Inf"},
                                         Case{"NotANumber", "NaN", "NaN"},
                                         Case{"Word", "abc", "abc"},
                                         Case{"Empty", "", ""}),
                         [](const auto& row) { return row.param.name; });

TEST(IsNumberLabel, HoldsForTheTypesOwnLabelOnly) {
  EXPECT_TRUE(IsNumberLabel(MetricType::kHistogram, "le"));
  EXPECT_TRUE(IsNumberLabel(MetricType::kSummary, "quantile"));
  EXPECT_FALSE(IsNumberLabel(MetricType::kHistogram, "quantile"));
  EXPECT_FALSE(IsNumberLabel(MetricType::kGauge, "le"));
}

}  // namespace
}  // namespace sidewatch::exposition
