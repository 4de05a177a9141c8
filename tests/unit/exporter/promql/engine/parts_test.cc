#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "exporter/promql/bucket_math.h"
#include "exporter/promql/function.h"
#include "exporter/promql/go_format.h"
#include "exporter/promql/kahan.h"
#include "exporter/promql/label_hash.h"
#include "exporter/promql/natural_order.h"
#include "exporter/promql/quantile.h"
#include "exporter/promql/regex_expand.h"

namespace sidewatch::promql {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(FunctionTable, IsSortedAndWhole) {
  const auto all = Functions();
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Function::name));
  for (const Function& function : all) {
    EXPECT_EQ(FindFunction(function.name), &function) << function.name;
    EXPECT_TRUE(function.summary.ends_with('.')) << function.name;
    EXPECT_NE(function.example.find(function.name), std::string_view::npos) << function.name;
  }
  EXPECT_EQ(FindFunction("holt_winters"), nullptr);
}

TEST(Xxh64, AgreesWithItsSpecification) {
  EXPECT_EQ(Xxh64(""), 0xEF46DB3751D8E999U);
  EXPECT_EQ(Xxh64("abc"), 0x44BC2CF5AD770999U);
  EXPECT_EQ(Xxh64("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1U);
}

TEST(KahanSum, KeepsWhatPlainSumsLose) {
  KahanSum sum;
  for (const double value : {1e100, 1.0, -1e100}) {
    sum.Add(value);
  }
  EXPECT_EQ(sum.Value(), 1);
}

TEST(KahanMean, DoesNotOverflow) {
  KahanMean mean;
  mean.Add(1e308);
  mean.Add(1e308);
  EXPECT_EQ(mean.Value(), 1e308);
}

TEST(Quantile, CountsNanAsSmallest) {
  std::vector<double> values = {3, kNan, 1};
  EXPECT_EQ(Quantile(0.5, values), 1);
  EXPECT_TRUE(std::isnan(Quantile(0, values)));
  EXPECT_EQ(Quantile(0.75, values), 2);
  EXPECT_EQ(Quantile(1.1, values), kInfinity);
}

TEST(BucketQuantile, LiftsWhatDecreases) {
  Buckets buckets = {{1, 4}, {2, 3}, {kInfinity, 8}};
  MonotonicityRepair repair;
  EXPECT_EQ(BucketQuantile(0.25, buckets, repair), 0.5);
  EXPECT_TRUE(repair.forced);
  EXPECT_EQ(repair.max_bucket, 2);
  EXPECT_EQ(repair.max_difference, 1);
}

TEST(BucketFraction, InterpolatesInsideBuckets) {
  Buckets buckets = {{1, 4}, {2, 8}, {kInfinity, 10}};
  EXPECT_EQ(BucketFraction(0.5, 1.5, buckets), 0.4);
  EXPECT_EQ(BucketFraction(-kInfinity, kInfinity, buckets), 1);
}

TEST(NaturalOrder, ComparesNumbersAsNumbers) {
  EXPECT_TRUE(NaturallyBefore("node2", "node10"));
  EXPECT_FALSE(NaturallyBefore("node10", "node2"));
  EXPECT_TRUE(NaturallyBefore("node", "node1"));
  EXPECT_FALSE(NaturallyBefore("x", "x"));
}

TEST(RegexExpander, ExpandsAsGoDoes) {
  const RE2 regex("(?P<first>[a-z]+)-([0-9]+)");
  const auto expand = [&](std::string_view pattern) {
    RegexExpander expander(regex, pattern);
    const auto length = expander.Match("ab-12");
    EXPECT_EQ(length, expander.Expand().size());
    return expander.Expand();
  };
  EXPECT_EQ(expand("$2:$first"), "12:ab");
  EXPECT_EQ(expand("${1}x $1x"), "abx ");
  EXPECT_EQ(expand("$$1 ${ $"), "$1 ${ $");
  EXPECT_FALSE(RegexExpander(regex, "$1").Match("AB-12").has_value());
}

TEST(FormatGoG, WritesAsGoDoes) {
  EXPECT_EQ(FormatGoG(1.5), "1.5");
  EXPECT_EQ(FormatGoG(0.00001), "1e-05");
  EXPECT_EQ(FormatGoG(kInfinity), "+Inf");
}

TEST(FormatGoF, WritesNoExponent) {
  EXPECT_EQ(FormatGoF(1e-5), "0.00001");
  EXPECT_EQ(FormatGoF(1e23), "100000000000000000000000");
  EXPECT_EQ(FormatGoF(-1.5e21), "-1500000000000000000000");
  EXPECT_EQ(FormatGoF(4171728500648076.5), "4171728500648076.5");
  EXPECT_EQ(FormatGoF(18014398509481984.0), "18014398509481984");
  EXPECT_EQ(FormatGoF(-0.0), "-0");
  EXPECT_EQ(FormatGoF(std::numeric_limits<double>::infinity()), "+Inf");
}

}  // namespace
}  // namespace sidewatch::promql
