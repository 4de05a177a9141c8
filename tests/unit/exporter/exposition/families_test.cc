#include <fmt/format.h>
#include <gtest/gtest.h>

#include "exporter/exposition/parser.h"

namespace sidewatch::exposition {
namespace {

constexpr const char* kText = "text/plain; version=0.0.4";
constexpr const char* kOpen = "application/openmetrics-text; version=1.0.0";

std::string Dump(const Result<std::vector<MetricFamily>>& families) {
  if (!families.has_value()) {
    return "error: " + families.error().message;
  }
  std::string text;
  for (const MetricFamily& family : *families) {
    text += fmt::format(
        "{} {} [{}] [{}]:", family.name, MetricTypeName(family.type), family.help, family.unit);
    for (const MetricSample& sample : family.samples) {
      text += fmt::format(" {}={}", sample.labels.ToString(), sample.value);
    }
    text += '\n';
  }
  return text;
}

struct Case {
  std::string name;
  std::string content_type;
  std::string page;
  std::string want;
};

class ParseFamiliesTest : public testing::TestWithParam<Case> {};

TEST_P(ParseFamiliesTest, Groups) {
  EXPECT_EQ(Dump(ParseFamilies(GetParam().page, GetParam().content_type)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ParseFamiliesTest,
    testing::Values(
        Case{"Gauge", kText, "# HELP a A.\n# TYPE a gauge\na 1\n", "a gauge [A.] []: a=1\n"},
        Case{"TypeBeforeHelp",
             kText,
             "# TYPE a gauge\n# HELP a A.\na 1\n",
             "a gauge [A.] []: a=1\n"},
        Case{"Untyped",
             kText,
             "a 1\nb 2\na 3\n",
             "a unknown [] []: a=1 a=3\nb unknown [] []: b=2\n"},
        Case{"Histogram",
             kText,
             "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 2\nh_count 1\nh_other 4\n",
             "h histogram [] []: h_bucket{le=\"+Inf\"}=1 h_sum=2 h_count=1\n"
             "h_other unknown [] []: h_other=4\n"},
        Case{"NoSamples", kText, "# HELP a A.\n# TYPE a gauge\n", ""},
        Case{"CounterOfText",
             kText,
             "# TYPE a_total counter\na_total 1\n",
             "a_total counter [] []: a_total=1\n"},
        Case{"CounterOfOpenMetrics",
             kOpen,
             "# HELP a A.\n# TYPE a counter\na_total 1\na_created 5\n# EOF\n",
             "a_total counter [A.] []: a_total=1\n"},
        Case{"InfoOfOpenMetrics",
             kOpen,
             "# TYPE build info\nbuild_info{v=\"1\"} 1\n# EOF\n",
             "build_info info [] []: build_info{v=\"1\"}=1\n"},
        Case{"Unit",
             kOpen,
             "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n",
             "a_seconds gauge [] [seconds]: a_seconds=1\n"},
        Case{"EmptyLabelIsNone", kText, "a{b=\"\",c=\"d\"} 1\n", "a unknown [] []: a{c=\"d\"}=1\n"},
        Case{"LabelTwice",
             kText,
             "a{b=\"1\",b=\"2\"} 1\n",
             "error: label name \"b\" is not unique in a{b=\"1\",b=\"2\"}"},
        Case{"NameAsLabelToo",
             kText,
             "a{__name__=\"b\"} 1\n",
             "error: label name \"__name__\" is not unique in a{__name__=\"b\"}"},
        Case{"EmptyMetricName", kText, "{\"\"} 1\n", "error: invalid metric name in {\"\"}"},
        Case{"ErrorInTheMiddle",
             kText,
             "a 1\nb\n",
             "error: expected value after metric, got \"\\n\" (\"INVALID\") while parsing: "
             "\"b\\n\""}),
    [](const auto& row) { return row.param.name; });

TEST(ParseFamilies, ANameWithAZeroByteIsRefused) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view page : {"{\"a\\\0b\"} 1\n"sv, "{\"a\",\"b\\\0\"=\"c\"} 1\n"sv}) {
    const auto families = ParseFamilies(page, kText);
    ASSERT_FALSE(families.has_value());
    EXPECT_TRUE(families.error().message.starts_with("invalid ")) << families.error().message;
  }
}

}  // namespace
}  // namespace sidewatch::exposition
