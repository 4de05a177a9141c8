#include "exporter/base/json_writer.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

TEST(JsonWriterTest, PutsCommasAndColons) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("a").BeginArray().Integer(1).Integer(-2).BeginArray().EndArray();
  json.EndArray().Key("b").BeginObject().EndObject().Key("c").Null().Key("d").Boolean(true);
  json.Key("e").Raw("{}").Key("f").Number(0.5).Key("g").Number(std::nan("")).EndObject();
  EXPECT_EQ(out, R"({"a":[1,-2,[]],"b":{},"c":null,"d":true,"e":{},"f":0.5,"g":null})");
}

TEST(JsonWriterTest, WritesSamplesAsElements) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray().Sample("7", 0.1).Sample("7.050", std::nan("")).Sample("8", -0.0);
  json.Sample("9", std::numeric_limits<double>::infinity()).EndArray();
  EXPECT_EQ(out, R"([[7,"0.1"],[7.050,"NaN"],[8,"-0"],[9,"+Inf"]])");
}

struct TextCase {
  std::string name;
  std::string text;
  std::string want;
};

class JsonStringTest : public testing::TestWithParam<TextCase> {};

TEST_P(JsonStringTest, Escapes) {
  std::string out;
  AppendJsonString(out, GetParam().text);
  EXPECT_EQ(out, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    JsonStringTest,
    testing::Values(TextCase{"Empty", "", R"("")"},
                    TextCase{"Plain", "up{a='b'}", R"("up{a='b'}")"},
                    TextCase{"Quotes", "a\"b\\c", R"("a\"b\\c")"},
                    TextCase{"Control", std::string("\n\r\t\0\x1f", 5), R"("\n\r\t\u0000\u001f")"},
                    TextCase{"Utf8", "ü€😀", "\"ü€😀\""},
                    TextCase{"Stray", "a\xff z", R"("a\ufffd z")"},
                    TextCase{"Cut", "a\xe2\x82", R"("a\ufffd\ufffd")"},
                    TextCase{"Overlong", "\xc0\xaf", R"("\ufffd\ufffd")"},
                    TextCase{"Surrogate", "\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"}),
    [](const auto& row) { return row.param.name; });

TEST(JsonStringTest, EscapesAtEveryPlaceOfALongText) {
  for (const auto& [odd, escaped] : {std::pair<std::string, std::string>{"\"", "\\\""},
                                     {"\\", "\\\\"},
                                     {"\x1f", "\\u001f"},
                                     {"\xff", "\\ufffd"},
                                     {"é", "é"},
                                     {"\x7f", "\x7f"},
                                     {" ", " "}}) {
    for (std::size_t at = 0; at <= 20; ++at) {
      const std::string before(at, 'a');
      const std::string after(20 - at, '~');
      std::string out;
      AppendJsonString(out, before + odd + after);
      EXPECT_EQ(out, '"' + before + escaped + after + '"');
    }
  }
}

struct TimeCase {
  std::string name;
  std::int64_t millis;
  std::string want;
};

class JsonTimestampTest : public testing::TestWithParam<TimeCase> {};

TEST_P(JsonTimestampTest, ShowsMillisecondsOnlyIfAny) {
  std::string out;
  JsonWriter(out).Timestamp(FromUnixMillis(GetParam().millis));
  EXPECT_EQ(out, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         JsonTimestampTest,
                         testing::Values(TimeCase{"Whole", 1435781460000, "1435781460"},
                                         TimeCase{"Three", 1435781451781, "1435781451.781"},
                                         TimeCase{"Padded", 1435781460050, "1435781460.050"},
                                         TimeCase{"Zero", 0, "0"},
                                         TimeCase{"One", 1, "0.001"},
                                         TimeCase{"Before1970", -1500, "-1.500"},
                                         TimeCase{"JustBefore1970", -5, "-0.005"}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
