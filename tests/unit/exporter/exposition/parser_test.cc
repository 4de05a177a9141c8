#include "exporter/exposition/parser.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "exporter/base/number.h"
#include "exporter/model/sample.h"

namespace sidewatch::exposition {
namespace {

std::string LabelsText(std::span<const Label> labels) {
  return LabelSet::FromSorted(labels).ToString();
}

/// All entries, one a line, and the error if there is one.
std::string Dump(std::string_view page, Syntax syntax) {
  PageParser parser(page, syntax);
  std::string text;
  while (parser.Next()) {
    switch (parser.kind()) {
      case EntryKind::kHelp:
        text += fmt::format("help {} [{}]\n", parser.metric(), parser.text());
        break;
      case EntryKind::kType:
        text += fmt::format("type {} {}\n", parser.metric(), MetricTypeName(parser.type()));
        break;
      case EntryKind::kUnit:
        text += fmt::format("unit {} [{}]\n", parser.metric(), parser.text());
        break;
      case EntryKind::kComment:
        text += fmt::format("comment [{}]\n", parser.text());
        break;
      case EntryKind::kSample: {
        text += fmt::format("{} {}", LabelsText(parser.Labels()), FormatNumber(parser.value()));
        if (parser.at()) {
          text += fmt::format(" at {}", ToUnixMillis(*parser.at()));
        }
        if (parser.started()) {
          text += fmt::format(" since {}", ToUnixMillis(*parser.started()));
        }
        if (const auto exemplar = parser.FindExemplar()) {
          text += fmt::format(
              " like {} {}", LabelsText(exemplar->labels), FormatNumber(exemplar->value));
        }
        text += '\n';
      }
    }
  }
  return text + (parser.status().has_value() ? "" : "error: " + parser.status().error().message);
}

struct Case {
  std::string name;
  Syntax syntax;
  std::string page;
  std::string want;
};

class PageParserTest : public testing::TestWithParam<Case> {};

TEST_P(PageParserTest, Reads) {
  EXPECT_EQ(Dump(GetParam().page, GetParam().syntax), GetParam().want);
}

constexpr Syntax kText = Syntax::kText;
constexpr Syntax kOpen = Syntax::kOpenMetrics;

INSTANTIATE_TEST_SUITE_P(
    Text,
    PageParserTest,
    testing::Values(
        Case{"Empty", kText, "", ""},
        Case{"EmptyLines", kText, "\n\n  \n\t\n", ""},
        Case{"LastLineWithoutEnd", kText, "a 1", "a 1\n"},
        Case{"LeadingBlanks", kText, " \ta 1\n", "a 1\n"},
        Case{"NoBlankAfterBraces", kText, "a{b=\"c\"}1\n", "a{b=\"c\"} 1\n"},
        Case{"Timestamp", kText, "a 1 1500\n", "a 1 at 1500\n"},
        Case{"TimestampTooLong",
             kText,
             "a 1 99999999999999999999\n",
             "error: strconv.ParseInt: parsing \"99999999999999999999\": value out of range while "
             "parsing: \"a 1 99999999999999999999\""},
        Case{"NegativeTimestamp",
             kText,
             "a 1 -5\n",
             "error: expected timestamp or new record, got \"-\" (\"INVALID\") while parsing: "
             "\"a 1 -\""},
        Case{"PlainThenEscaped",
             kText,
             "a{b=\"c\",d=\"e\\n\\\\\\\"\\x\"} 1\n",
             "a{b=\"c\", d=\"e\\n\\\\\\\"\\\\x\"} 1\n"},
        Case{"LabelsSorted",
             kText,
             "a{z=\"1\",b=\"2\",A=\"3\"} 1\n",
             "a{A=\"3\", b=\"2\", z=\"1\"} 1\n"},
        Case{"LongLabelValue",
             kText,
             "a{b=\"" + std::string(40, 'x') + "\\\\" + std::string(40, 'y') + "\"} 1\n",
             "a{b=\"" + std::string(40, 'x') + "\\\\" + std::string(40, 'y') + "\"} 1\n"},
        Case{"BadUtf8AfterSixteenBytes",
             kText,
             "a{b=\"0123456789abcdef\xff\"} 1\n",
             "error: invalid UTF-8 label value: \"\\\"0123456789abcdef\\xff\\\"\""},
        Case{"LineFeedInValue", kText, "a{b=\"x\ny\"} 1\n", "a{b=\"x\\ny\"} 1\n"},
        Case{"LeNormalised",
             kText,
             "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"1e6\"} 3\n",
             "type h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"1e+06\"} 3\n"},
        Case{"QuantileOfGaugeStays",
             kText,
             "# TYPE g gauge\ng{quantile=\"1\"} 2\n",
             "type g gauge\ng{quantile=\"1\"} 2\n"},
        Case{"HelpUnescaped", kText, "# HELP a x\\ny\\\\z\\\"\n", "help a [x\ny\\z\\\"]\n"},
        Case{"QuotedHelpName", kText, "# HELP \"a.\\\"b\" x\n", "help a.\"b [x]\n"},
        Case{"Numbers",
             kText,
             "a +Inf\na -inf\na NaN\na 1e-400\na .5\na 5.\na -0\na 1e22\na 123456789012345678\n",
             "a +Inf\na -Inf\na NaN\na 0\na 0.5\na 5\na -0\na 1e+22\na 123456789012345680\n"},
        Case{"NumberOutOfRange",
             kText,
             "a 1e999\n",
             "error: strconv.ParseFloat: parsing \"1e999\": value out of range while parsing: "
             "\"a 1e999\""},
        Case{"EntriesBeforeTheErrorAreGiven",
             kText,
             "a 1\nb\n",
             "a 1\nerror: expected value after metric, got \"\\n\" (\"INVALID\") while parsing: "
             "\"b\\n\""},
        Case{"TwoMetricNames",
             kText,
             "a{\"b\"} 1\n",
             "error: metric name already set while parsing: \"a{\\\"b\\\"}\""}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OpenMetrics,
    PageParserTest,
    testing::Values(
        Case{"SecondsToMilliseconds", kOpen, "a 1 1.5\n# EOF\n", "a 1 at 1500\n"},
        Case{"TimestampBeyondAllTime", kOpen, "a 1 1e300\n# EOF\n", "a 1 at 9223372036854775807\n"},
        Case{"Created",
             kOpen,
             "# TYPE a counter\na_total 1\na_created 2\n# EOF\n",
             "type a counter\na_total 1 since 2000\n"},
        Case{"CreatedOfEachSeries",
             kOpen,
             "# TYPE a counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 1\na_created{x=\"2\"} 5\n"
             "# EOF\n",
             "type a counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 1 since 5000\n"},
        Case{"CreatedOfGaugeIsASample",
             kOpen,
             "# TYPE a_created gauge\na_created 2\n# EOF\n",
             "type a_created gauge\na_created 2\n"},
        Case{"Exemplar",
             kOpen,
             "a_total 1 2 # {b=\"c\",a=\"d\"} 3 4\n# EOF\n",
             "a_total 1 at 2000 like {a=\"d\", b=\"c\"} 3\n"},
        Case{"ExemplarDoesNotStay",
             kOpen,
             "a 1 # {b=\"c\"} 3\na 2\n# EOF\n",
             "a 1 like {b=\"c\"} 3\na 2\n"},
        Case{"Unit", kOpen, "# UNIT a_seconds seconds\n# EOF\n", "unit a_seconds [seconds]\n"},
        Case{"HelpUnescapesQuotes", kOpen, "# HELP a \\\"x\\\"\n# EOF\n", "help a [\"x\"]\n"},
        Case{"LineFeedInValue",
             kOpen,
             "a{b=\"x\ny\"} 1\n# EOF\n",
             "error: expected label value, got \"\\\"x\\n\" (\"INVALID\") while parsing: "
             "\"a{b=\\\"x\\n\""},
        Case{"LabelValueAtTheEnd",
             kOpen,
             "a{b=\"x\"",
             "error: expected comma or brace close, got \"\\\"x\\\"\" (\"EOF\") while parsing: "
             "\"a{b=\\\"x\\\"\""}),
    [](const auto& row) { return row.param.name; });

TEST(PageParser, ManyLabelsAreSortedToo) {
  std::string page = "a{";
  for (int i = 999; i >= 100; --i) {
    page += fmt::format("l{}=\"{}\",", i, i);
  }
  page += "} 1\n";
  PageParser parser(page, Syntax::kText);
  ASSERT_TRUE(parser.Next());
  const std::span<const Label> labels = parser.Labels();
  ASSERT_EQ(labels.size(), 901U);
  EXPECT_TRUE(std::ranges::is_sorted(labels, {}, &Label::name));
  EXPECT_EQ(parser.series(), page.substr(0, page.size() - 3));
}

TEST(PageParser, NoPageCanWriteAStaleMarker) {
  PageParser parser("a NaN\n", Syntax::kText);
  ASSERT_TRUE(parser.Next());
  EXPECT_FALSE(IsStale(parser.value()));
}

}  // namespace
}  // namespace sidewatch::exposition
