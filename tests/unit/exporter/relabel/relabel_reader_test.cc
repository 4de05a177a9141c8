#include "exporter/relabel/relabel_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::relabel {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Rules Read(std::string_view yaml, config::Diagnostics& diagnostics) {
  Rules rules;
  const auto node = config::ParseYaml(yaml, "c.yml", config::ExpandEnv::kNo, diagnostics);
  ReadValue(*node, diagnostics, rules);
  return rules;
}

TEST(RelabelReaderTest, ReadsEveryKey) {
  config::Diagnostics diagnostics;
  const Rules rules = Read(
      "- source_labels: [a, b]\n"
      "  separator: '-'\n"
      "  regex: (.*)-(.*)\n"
      "  target_label: c\n"
      "  replacement: $2\n"
      "- {action: HashMod, source_labels: [a], modulus: 4, target_label: shard}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(rules, SizeIs(2));
  LabelSetBuilder labels(LabelSet{{"a", "x"}, {"b", "y"}});
  EXPECT_TRUE(Apply(rules, labels));
  EXPECT_EQ(labels.Get("c"), "y");
  EXPECT_FALSE(labels.Get("shard").empty());
}

struct Case {
  std::string name;
  std::string yaml;
  std::string want;
};

class RelabelReaderErrorTest : public testing::TestWithParam<Case> {};

TEST_P(RelabelReaderErrorTest, NamesThePlace) {
  config::Diagnostics diagnostics;
  EXPECT_THAT(Read(GetParam().yaml, diagnostics), SizeIs(0));
  EXPECT_THAT(diagnostics.errors(), ElementsAre(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RelabelReaderErrorTest,
    testing::Values(
        Case{"Action", "[{action: sort}]", R"(c.yml:1:11: unknown relabel action "sort")"},
        Case{"Key", "[{action: keep, sources: [a]}]", R"(c.yml:1:17: unknown key "sources")"},
        Case{"NoTarget",
             "[{source_labels: [a]}]",
             "c.yml:1:2: relabel configuration for replace action requires 'target_label' value"},
        Case{"Modulus",
             "[{action: hashmod, target_label: a, modulus: -1}]",
             "c.yml:1:46: modulus must not be negative"},
        Case{"SourceLabel",
             "[{action: keep, source_labels: ['']}]",
             R"(c.yml:1:32: "" is not a valid label name)"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::relabel
