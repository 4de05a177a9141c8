#include "exporter/app/metric_list.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidewatch::app {
namespace {

constexpr std::string_view kLabels[] = {"a", "b"};
constexpr MetricDescriptor kRows[] = {
    {.name = "z_total",
     .type = MetricType::kCounter,
     .labels = kLabels,
     .help = "Counts | things.",
     .source = "column z"},
    {.name = "y", .help = "Is.", .source = "column y", .peer = "y_exporter"},
    {.name = "y", .help = "Said twice.", .source = "column y"},
    {.name = "y", .labels = kLabels, .help = "Is, of one.", .source = "column y"},
};
constexpr MetricDescriptor kUp = {.name = "x_up", .help = "Up.", .source = "the run"};

const scrape::CollectorSpec kSpec = {.kind = "x",
                                     .default_job = "x",
                                     .summary = "Watches x.",
                                     .metrics = kRows,
                                     .up = &kUp,
                                     .create = nullptr};
const scrape::CollectorSpec* const kSpecs[] = {&kSpec};

TEST(MetricListTest, TableIsSortedAndAligned) {
  EXPECT_EQ(MetricTable(kSpecs),
            "KIND  METRIC   TYPE     LABELS  HELP              SOURCE\n"
            "x     x_up     gauge            Up.               the run\n"
            "x     y        gauge            Is.               column y\n"
            "x     y        gauge    a, b    Is, of one.       column y\n"
            "x     z_total  counter  a, b    Counts | things.  column z\n");
}

TEST(MetricListTest, JsonHoldsEverything) {
  const auto json = nlohmann::json::parse(MetricJson(kSpecs));
  ASSERT_EQ(json.size(), 4U);
  EXPECT_EQ(json[3]["name"], "z_total");
  EXPECT_EQ(json[3]["labels"], nlohmann::json({"a", "b"}));
  EXPECT_EQ(json[1]["peer"], "y_exporter");
}

TEST(MetricListTest, MarkdownKeepsItsColumns) {
  const std::string page = MetricMarkdown(kSpecs);
  EXPECT_NE(page.find("| `z_total` | counter | `a, b` | Counts \\| things. | column z |  |\n"),
            std::string::npos)
      << page;
}

TEST(MetricListTest, EveryCollectorsMetricsHaveHelpAndSource) {
  for (const scrape::CollectorSpec* spec : AllSpecs()) {
    for (const MetricDescriptor& metric : spec->metrics) {
      EXPECT_FALSE(metric.help.empty()) << metric.name;
      EXPECT_FALSE(metric.source.empty()) << metric.name;
    }
  }
}

TEST(MetricListTest, ThePageOfTheDocsIsUpToDate) {
  std::ifstream file("docs/metrics.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_TRUE(page == MetricMarkdown(AllSpecs()))
      << "run: sidewatch metrics list --output markdown > docs/metrics.md";
}

}  // namespace
}  // namespace sidewatch::app
