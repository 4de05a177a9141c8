#include <cmath>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "exporter/promql/literal.h"

namespace sidewatch::promql {
namespace {

struct NumberCase {
  std::string name;
  std::string text;
  double want = 0;
  std::string want_error;  ///< Empty: must be read.
};

class NumberTest : public testing::TestWithParam<NumberCase> {};

TEST_P(NumberTest, ReadsAsGo) {
  const Result<double> got = ParseNumberLiteral(GetParam().text);
  if (!GetParam().want_error.empty()) {
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message,
              "strconv.ParseFloat: parsing \"" + GetParam().text + "\": " + GetParam().want_error);
    return;
  }
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(*got, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NumberTest,
    testing::Values(NumberCase{"Octal", "017", 15, ""},
                    NumberCase{"NoOctalAfterAll", "089", 89, ""},
                    NumberCase{"Hex", "0xFf", 255, ""},
                    NumberCase{"HexSeparated", "0x_1f", 31, ""},
                    NumberCase{"Separated", "1_000", 1000, ""},
                    NumberCase{"PointAtEnd", "5.", 5, ""},
                    NumberCase{"PointInFront", ".5", 0.5, ""},
                    NumberCase{"Infinity", "INF", HUGE_VAL, ""},
                    NumberCase{"Zero", "0", 0, ""},
                    NumberCase{"BeyondIntegers", "9223372036854775808", 9223372036854775808.0, ""},
                    NumberCase{"Tiny", "1e-400", 0, ""},
                    NumberCase{"TooLarge", "1e400", 0, "value out of range"},
                    NumberCase{"HexAlone", "0x", 0, "invalid syntax"},
                    NumberCase{"SeparatorTwice", "1__0", 0, "invalid syntax"}),
    [](const auto& row) { return row.param.name; });

struct FloatCase {
  std::string name;
  std::string text;
  std::optional<double> want;
};

class FloatTest : public testing::TestWithParam<FloatCase> {};

TEST_P(FloatTest, ReadsAsGo) {
  EXPECT_EQ(ParseGoFloat(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         FloatTest,
                         testing::Values(FloatCase{"Plain", "-2.5e1", -25},
                                         FloatCase{"Separated", "1_0.2_5", 10.25},
                                         FloatCase{"SeparatorBeforeExponent", "1_e5", std::nullopt},
                                         FloatCase{"SeparatorInFront", "_1", std::nullopt},
                                         FloatCase{"Hexadecimal", "-0x1.8p1", -3},
                                         FloatCase{"HexadecimalSeparated", "0x_1_fp0", 31},
                                         FloatCase{
                                             "HexadecimalWithoutExponent", "0x1f", std::nullopt},
                                         FloatCase{"HexadecimalTooLarge", "0x1p1024", std::nullopt},
                                         FloatCase{"Infinity", "+Infinity", HUGE_VAL},
                                         FloatCase{"TooLarge", "1e999", std::nullopt},
                                         FloatCase{"Octal", "010", 10},
                                         FloatCase{"Nothing", "", std::nullopt},
                                         FloatCase{"SignAlone", "-", std::nullopt},
                                         FloatCase{"Word", "one", std::nullopt}),
                         [](const auto& row) { return row.param.name; });

struct StringCase {
  std::string name;
  std::string text;
  std::string want;
};

class UnquoteTest : public testing::TestWithParam<StringCase> {};

TEST_P(UnquoteTest, ResolvesEscapes) {
  EXPECT_EQ(Unquote(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         UnquoteTest,
                         testing::Values(StringCase{"Plain", R"("a b")", "a b"},
                                         StringCase{"Raw", R"(`a\n"`)", R"(a\n")"},
                                         StringCase{"Control", R"('\t\\\'')", "\t\\'"},
                                         StringCase{"Bytes", R"("\x41\102")", "AB"},
                                         StringCase{"Runes", R"("\u00fc\U0001F600")", "ü😀"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::promql
