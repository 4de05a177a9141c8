#include <limits>

#include <gtest/gtest.h>

#include "alerts/rules/unittest/go_text.h"
#include "alerts/rules/unittest/junit.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

using namespace std::chrono_literals;

TEST(GoTextTest, WritesAsGo) {
  EXPECT_EQ(GoDuration(0ms), "0s");
  EXPECT_EQ(GoDuration(500ms), "500ms");
  EXPECT_EQ(GoDuration(1500ms), "1.5s");
  EXPECT_EQ(GoDuration(90s), "1m30s");
  EXPECT_EQ(GoDuration(25h), "25h0m0s");
  EXPECT_EQ(GoDuration(-1min), "-1m0s");
  EXPECT_EQ(GoExponent(0), "0E+00");
  EXPECT_EQ(GoExponent(-1234.5), "-1.2345E+03");
  EXPECT_EQ(GoExponent(1e-300), "1E-300");
  EXPECT_EQ(GoExponent(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(GoExponent(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(JUnitTest, CountsAndEscapes) {
  EXPECT_EQ(JUnitXml({{.name = "a<b",
                       .timestamp = "2026-01-02T03:04:05",
                       .cases = {{.name = "good"}, {.name = "bad", .failures = {"x\n\"y\"", "z"}}}},
                      {.name = "c", .cases = {{.name = "unknown", .error = "e"}}}}),
            "<testsuites><testsuite name=\"a&lt;b\" tests=\"2\" failures=\"2\" errors=\"0\" "
            "skipped=\"0\" timestamp=\"2026-01-02T03:04:05\"><testcase name=\"good\"></testcase>"
            "<testcase name=\"bad\"><failure>x&#xA;&#34;y&#34;</failure><failure>z</failure>"
            "</testcase></testsuite><testsuite name=\"c\" tests=\"1\" failures=\"0\" errors=\"1\" "
            "skipped=\"0\" timestamp=\"\"><testcase name=\"unknown\"><error>e</error></testcase>"
            "</testsuite></testsuites>");
}

}  // namespace
}  // namespace sidewatch::alerts::rules::unittest
