#include "exporter/base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

struct FormatCase {
  std::string name;
  double value;
  std::string want;
};

class FormatNumberTest : public testing::TestWithParam<FormatCase> {};

TEST_P(FormatNumberTest, Writes) {
  EXPECT_EQ(FormatNumber(GetParam().value), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FormatNumberTest,
    testing::Values(FormatCase{"Zero", 0.0, "0"},
                    FormatCase{"MinusZero", -0.0, "-0"},
                    FormatCase{"Integer", 123456789, "123456789"},
                    FormatCase{"Tenth", 0.1, "0.1"},
                    FormatCase{"SmallestPlain", 1e-6, "0.000001"},
                    FormatCase{"Small", 1e-7, "1e-07"},
                    FormatCase{"BiggestPlain", 1e20, "100000000000000000000"},
                    FormatCase{"PaddedWithZeros", 169167133884125536.0, "169167133884125540"},
                    FormatCase{"TwoTo53", -9007199254740992.0, "-9007199254740992"},
                    FormatCase{"Big", 1e21, "1e+21"},
                    FormatCase{"Max", 1.7976931348623157e308, "1.7976931348623157e+308"},
                    FormatCase{"Infinity", kInf, "+Inf"},
                    FormatCase{"MinusInfinity", -kInf, "-Inf"},
                    FormatCase{"Nan", std::nan(""), "NaN"}),
    [](const auto& row) { return row.param.name; });

/// What the standard library calls the shortest digits.
std::string Shortest(double value) {
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), end.ptr};
}

TEST(FormatNumberTest, DecimalsAndTheirNeighboursAreTheShortest) {
  std::mt19937_64 random(3);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  for (int round = 0; round < 200'000; ++round) {
    const auto integer = static_cast<double>(random() >> (14 + random() % 50));
    const double value = integer / std::pow(10, static_cast<double>(random() % 7));
    for (const double one :
         {value, -value, std::nextafter(value, kInf), std::nextafter(value, 0)}) {
      if (std::fabs(one) >= 1e-6 && std::fabs(one) < 9e15) {
        ASSERT_EQ(FormatNumber(one), Shortest(one));
      }
    }
  }
}

struct ParseCase {
  std::string name;
  std::string text;
  std::optional<double> want;
};

class ParseNumberTest : public testing::TestWithParam<ParseCase> {};

TEST_P(ParseNumberTest, Reads) {
  EXPECT_EQ(ParseNumber(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ParseNumberTest,
                         testing::Values(ParseCase{"Plain", "12.5", 12.5},
                                         ParseCase{"Plus", "+3", 3},
                                         ParseCase{"NoLeadingDigit", ".5", 0.5},
                                         ParseCase{"NoTrailingDigit", "5.", 5},
                                         ParseCase{"Exponent", "-1e3", -1000},
                                         ParseCase{"Overflow", "1e999", kInf},
                                         ParseCase{"Underflow", "-1e-999", -0.0},
                                         ParseCase{"Infinity", "+Inf", kInf},
                                         ParseCase{"MinusInfinity", "-inf", -kInf},
                                         ParseCase{"Hexadecimal", "0x10", std::nullopt},
                                         ParseCase{"Separator", "1_000", std::nullopt},
                                         ParseCase{"SignOnly", "-", std::nullopt},
                                         ParseCase{"Trailing", "1 ", std::nullopt},
                                         ParseCase{"SignedNan", "+nan", std::nullopt},
                                         ParseCase{"Empty", "", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

TEST(ParseNumberTest, ReadsNan) {
  EXPECT_TRUE(std::isnan(*ParseNumber("NaN")));
}

}  // namespace
}  // namespace sidewatch
