#include "exporter/net/request_framing.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidewatch::net {
namespace {

struct Case {
  std::string name;
  std::string version;
  std::vector<Header> headers;
  std::string want;  ///< Empty: all is well.
};

class FramingTest : public testing::TestWithParam<Case> {};

TEST_P(FramingTest, Judges) {
  const Case& c = GetParam();
  EXPECT_EQ(FramingProblem(c.version, c.headers).value_or(""), c.want);
}

constexpr const char* kTwoEnds = "More than one header says where the body ends.";
constexpr const char* kHost = "The header Host must stand there once.";
constexpr const char* kNoNumber = "Content-Length is no number.";

INSTANTIATE_TEST_SUITE_P(
    Table,
    FramingTest,
    testing::Values(
        Case{"Get", "1.1", {{"Host", "a"}}, ""},
        Case{"Post", "1.1", {{"host", "a"}, {"content-length", "5"}}, ""},
        Case{"Chunked", "1.1", {{"Host", "a"}, {"Transfer-Encoding", "chunked"}}, ""},
        Case{"OldWithoutHost", "1.0", {}, ""},
        Case{"NoHost", "1.1", {{"Accept", "*/*"}}, kHost},
        Case{"TwoHosts", "1.1", {{"Host", "a"}, {"HOST", "a"}}, kHost},
        Case{"TwoLengths",
             "1.1",
             {{"Host", "a"}, {"Content-Length", "0"}, {"Content-Length", "9"}},
             kTwoEnds},
        Case{"LengthAndChunks",
             "1.1",
             {{"Host", "a"}, {"Content-Length", "9"}, {"Transfer-Encoding", "chunked"}},
             kTwoEnds},
        Case{"SignedLength", "1.1", {{"Host", "a"}, {"Content-Length", "+5"}}, kNoNumber},
        Case{"LengthWithMore", "1.1", {{"Host", "a"}, {"Content-Length", "5abc"}}, kNoNumber},
        Case{"BlankBeforeColon",
             "1.1",
             {{"Host", "a"}, {"Transfer-Encoding ", "chunked"}},
             "The name of a header is wrong: \"Transfer-Encoding \"."}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::net
