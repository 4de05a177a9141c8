#include "exporter/exposition/writer.h"

#include <limits>

#include <gtest/gtest.h>

#include "exporter/model/sample.h"

namespace sidewatch::exposition {
namespace {

constexpr PageFormat kText;
constexpr PageFormat kTextUtf8 = {.escaping = NameEscaping::kAllowUtf8};
constexpr PageFormat kOpenMetrics = {.syntax = Syntax::kOpenMetrics, .version = "1.0.0"};

struct Case {
  std::string name;
  PageFormat format;
  std::vector<MetricFamily> families;
  std::string want;
};

std::string Write(const std::vector<MetricFamily>& families, const PageFormat& format) {
  std::vector<const MetricFamily*> pointers;
  for (const MetricFamily& family : families) {
    pointers.push_back(&family);
  }
  return FormatPage(pointers, format);
}

MetricSample Value(std::initializer_list<Label> labels, double value) {
  return {.labels = LabelSet(labels), .value = value};
}

MetricFamily Empty(std::string name, MetricType type, std::string help = "") {
  MetricFamily family;
  family.name = std::move(name);
  family.type = type;
  family.help = std::move(help);
  return family;
}

MetricFamily Family(std::string name, MetricType type, std::string help, double value) {
  MetricFamily family = Empty(name, type, std::move(help));
  family.samples.push_back(Value({{kMetricName, name}}, value));
  return family;
}

MetricFamily Histogram() {
  MetricFamily family = Empty("wait_seconds", MetricType::kHistogram, "Wait.");
  family.unit = "seconds";
  family.samples = {Value({{kMetricName, "wait_seconds_bucket"}, {"le", "1"}}, 2),
                    Value({{kMetricName, "wait_seconds_bucket"}, {"le", "+Inf"}}, 3),
                    Value({{kMetricName, "wait_seconds_sum"}}, 4.5),
                    Value({{kMetricName, "wait_seconds_count"}}, 3)};
  return family;
}

class WritePageTest : public testing::TestWithParam<Case> {};

TEST_P(WritePageTest, Writes) {
  EXPECT_EQ(Write(GetParam().families, GetParam().format), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    WritePageTest,
    testing::Values(
        Case{"Empty", kText, {}, ""},
        Case{"EmptyOpenMetrics", kOpenMetrics, {}, "# EOF\n"},
        Case{"FamilyWithoutSamples", kText, {Empty("a", MetricType::kGauge, "A.")}, ""},
        Case{"Gauge",
             kText,
             {Family("up", MetricType::kGauge, "Up.", 1)},
             "# HELP up Up.\n# TYPE up gauge\nup 1\n"},
        Case{"NoHelp",
             kText,
             {Family("up", MetricType::kUnknown, "", 1)},
             "# TYPE up untyped\nup 1\n"},
        Case{"Counter",
             kText,
             {Family("runs_total", MetricType::kCounter, "Runs.", 0.1)},
             "# HELP runs_total Runs.\n# TYPE runs_total counter\nruns_total 0.1\n"},
        Case{"CounterOpenMetrics",
             kOpenMetrics,
             {Family("runs_total", MetricType::kCounter, "Runs.", 7)},
             "# HELP runs Runs.\n# TYPE runs counter\nruns_total 7\n# EOF\n"},
        Case{"CounterWithoutTotal",
             kOpenMetrics,
             {Family("runs", MetricType::kCounter, "Runs.", 7)},
             "# HELP runs Runs.\n# TYPE runs unknown\nruns 7\n# EOF\n"},
        Case{"CounterBesideItsBase",
             kOpenMetrics,
             {Family("runs", MetricType::kGauge, "Now.", 1),
              Family("runs_total", MetricType::kCounter, "All.", 7)},
             "# HELP runs Now.\n# TYPE runs gauge\nruns 1\n"
             "# HELP runs_total All.\n# TYPE runs_total unknown\nruns_total 7\n# EOF\n"},
        Case{"HistogramText",
             kText,
             {Histogram()},
             "# HELP wait_seconds Wait.\n# TYPE wait_seconds histogram\n"
             "wait_seconds_bucket{le=\"1\"} 2\nwait_seconds_bucket{le=\"+Inf\"} 3\n"
             "wait_seconds_sum 4.5\nwait_seconds_count 3\n"},
        Case{"HistogramOpenMetrics",
             kOpenMetrics,
             {Histogram()},
             "# HELP wait_seconds Wait.\n# TYPE wait_seconds histogram\n"
             "# UNIT wait_seconds seconds\n"
             "wait_seconds_bucket{le=\"1.0\"} 2\nwait_seconds_bucket{le=\"+Inf\"} 3\n"
             "wait_seconds_sum 4.5\nwait_seconds_count 3\n# EOF\n"},
        Case{"BoundThatIsNoNumber",
             kOpenMetrics,
             {[] {
               MetricFamily family = Empty("wait", MetricType::kHistogram);
               family.samples = {
                   Value({{kMetricName, "wait_bucket"}, {"le", "a\"} 1\nup{x=\"\\"}}, 2)};
               return family;
             }()},
             "# TYPE wait histogram\nwait_bucket{le=\"a\\\"} 1\\nup{x=\\\"\\\\\"} 2\n# EOF\n"},
        Case{"InfoText",
             kText,
             {Family("build_info", MetricType::kInfo, "", 1)},
             "# TYPE build_info gauge\nbuild_info 1\n"},
        Case{"InfoOpenMetrics",
             kOpenMetrics,
             {Family("build_info", MetricType::kInfo, "", 1)},
             "# TYPE build info\nbuild_info 1\n# EOF\n"},
        Case{"StatesetWithoutItsLabel",
             kOpenMetrics,
             {Family("state", MetricType::kStateset, "", 1)},
             "# TYPE state unknown\nstate 1\n# EOF\n"},
        Case{"Sorted",
             kText,
             {Family("b", MetricType::kGauge, "", 1), Family("a", MetricType::kGauge, "", 2)},
             "# TYPE a gauge\na 2\n# TYPE b gauge\nb 1\n"},
        Case{"Merged",
             kText,
             {Family("a", MetricType::kGauge, "", 1),
              Family("b", MetricType::kGauge, "", 2),
              Family("a", MetricType::kGauge, "First.", 3),
              Family("a", MetricType::kGauge, "Second.", 4)},
             "# HELP a First.\n# TYPE a gauge\na 1\na 3\na 4\n# TYPE b gauge\nb 2\n"},
        Case{"TypesDiffer",
             kText,
             {Family("a", MetricType::kGauge, "", 1), Family("a", MetricType::kCounter, "", 2)},
             "# TYPE a untyped\na 1\na 2\n"},
        Case{"HelpEscaped",
             kText,
             {Family("a", MetricType::kGauge, "x\\y\nz\"", 1)},
             "# HELP a x\\\\y\\nz\"\n# TYPE a gauge\na 1\n"},
        Case{"HelpEscapedOpenMetrics",
             kOpenMetrics,
             {Family("a", MetricType::kGauge, "x\\y\nz\"", 1)},
             "# HELP a x\\\\y\\nz\\\"\n# TYPE a gauge\na 1\n# EOF\n"},
        Case{"UnderscoresForUtf8",
             kText,
             {Family("9h.größe", MetricType::kGauge, "", 1)},
             "# TYPE _h_gr__e gauge\n_h_gr__e 1\n"},
        Case{"Utf8Allowed",
             kTextUtf8,
             {Family("h.\"x\"", MetricType::kGauge, "", 1)},
             "# TYPE \"h.\\\"x\\\"\" gauge\n{\"h.\\\"x\\\"\"} 1\n"}),
    [](const auto& row) { return row.param.name; });

TEST(WritePage, EscapesLabels) {
  MetricFamily family = Empty("a", MetricType::kGauge);
  family.samples = {Value({{kMetricName, "a"}, {"x", "q\"b\\n\n"}, {"y.z:w", "1"}}, 1)};
  EXPECT_EQ(Write({family}, kText), "# TYPE a gauge\na{x=\"q\\\"b\\\\n\\n\",y_z_w=\"1\"} 1\n");
  EXPECT_EQ(Write({family}, kTextUtf8),
            "# TYPE a gauge\na{x=\"q\\\"b\\\\n\\n\",\"y.z:w\"=\"1\"} 1\n");
}

TEST(WritePage, WritesTimestampsInTheFormatsUnit) {
  MetricFamily family = Empty("a", MetricType::kGauge);
  family.samples = {
      {.labels = LabelSet{{kMetricName, "a"}}, .value = 1, .at = FromUnixMillis(1500)},
      {.labels = LabelSet{{kMetricName, "a"}}, .value = 1, .at = FromUnixMillis(-1)}};
  EXPECT_EQ(Write({family}, kText), "# TYPE a gauge\na 1 1500\na 1 -1\n");
  EXPECT_EQ(Write({family}, kOpenMetrics), "# TYPE a gauge\na 1 1.500\na 1 -0.001\n# EOF\n");
}

struct Number {
  std::string name;
  double value;
  std::string want;
};

class NumberTest : public testing::TestWithParam<Number> {};

TEST_P(NumberTest, RoundTrips) {
  EXPECT_EQ(Write({Family("a", MetricType::kUnknown, "", GetParam().value)}, kText),
            "# TYPE a untyped\na " + GetParam().want + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NumberTest,
    testing::Values(Number{"Zero", 0, "0"},
                    Number{"MinusZero", -0.0, "-0"},
                    Number{"Minus", -12, "-12"},
                    Number{"Tenth", 0.1, "0.1"},
                    Number{"Third", 1.0 / 3, "0.3333333333333333"},
                    Number{"Large", 1e15, "1000000000000000"},
                    Number{"Huge", 1e300, "1e+300"},
                    Number{"Nan", NormalNan(), "NaN"},
                    Number{"Inf", std::numeric_limits<double>::infinity(), "+Inf"},
                    Number{"MinusInf", -std::numeric_limits<double>::infinity(), "-Inf"}),
    [](const auto& row) { return row.param.name; });

TEST(WritePage, StopsWhenTheReaderIsGone) {
  MetricFamily family = Empty("a", MetricType::kGauge);
  const MetricSample sample = Value({{kMetricName, "a"}, {"x", std::string(1000, 'x')}}, 1);
  family.samples.assign(1000, sample);
  const MetricFamily* const families[] = {&family};
  std::size_t pieces = 0;
  const bool whole = WritePage(families, kText, [&](std::string_view piece) {
    ++pieces;
    EXPECT_GE(piece.size(), 64U << 10U);
    EXPECT_LT(piece.size(), 70U << 10U);
    return pieces < 3;
  });
  EXPECT_FALSE(whole);
  EXPECT_EQ(pieces, 3U);
}

}  // namespace
}  // namespace sidewatch::exposition
