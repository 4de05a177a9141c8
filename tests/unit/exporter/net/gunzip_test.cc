#include "exporter/net/gunzip.h"

#include <string>

#include <gtest/gtest.h>

#include "exporter/net/gzip.h"

namespace sidewatch::net {
namespace {

std::string Packed(const std::string& text) {
  std::string packed;
  GzipWriter writer;
  writer.Write(text, packed);
  writer.Finish(packed);
  return packed;
}

std::string Lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += "shop_orders_total{n=\"" + std::to_string(i * i) + "\"} 1\n";
  }
  return text;
}

struct Case {
  std::string name;
  std::string packed;
  std::string want;
  std::string want_error;  ///< Empty: must succeed.
  std::size_t limit = 1 << 20;
};

class GunzipTest : public testing::TestWithParam<Case> {};

TEST_P(GunzipTest, Reads) {
  const Case& c = GetParam();
  const Result<std::string> got = Gunzip(c.packed, c.limit);
  EXPECT_EQ(got ? "" : got.error().message, c.want_error);
  EXPECT_EQ(got ? *got : "", c.want);
}

std::string Damaged(std::string packed) {
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 1);
  return packed;
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    GunzipTest,
    testing::Values(Case{"Small", Packed("a 1\n"), "a 1\n", ""},
                    Case{"OfNothing", Packed(""), "", ""},
                    Case{"Large", Packed(Lines(10000)), Lines(10000), ""},
                    Case{"TwoMembers", Packed("a 1\n") + Packed("b 2\n"), "a 1\nb 2\n", ""},
                    Case{"Nothing", "", "", "the gzip body ends before its end"},
                    Case{"CutBeforeItsCheckSum",
                         Packed(Lines(100)).substr(0, Packed(Lines(100)).size() - 8),
                         "",
                         "the gzip body ends before its end"},
                    Case{"CutInTheMiddle",
                         Packed(Lines(100)).substr(0, Packed(Lines(100)).size() / 2),
                         "",
                         "the gzip body ends before its end"},
                    Case{"CheckSum",
                         Damaged(Packed("a 1\n")),
                         "",
                         "the gzip body is damaged: incorrect data check"},
                    Case{"NoGzip",
                         "a 1\nb 2\nc 3\nd 4\n",
                         "",
                         "the gzip body is damaged: incorrect header check"},
                    Case{"OverTheLimit",
                         Packed(Lines(1000)),
                         "",
                         "the unpacked body is larger than 1000 bytes",
                         1000}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::net
