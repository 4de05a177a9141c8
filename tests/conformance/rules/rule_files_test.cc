// Loads the rule files of ../shared/conformance/rules and compares with verdicts.json.

#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alerts/rules/rule_file.h"

namespace sidewatch::alerts::rules {
namespace {

constexpr const char* kFolder = "../shared/conformance/rules/";

using Json = nlohmann::json;

/// What is wrong with the verdict on a file; empty: nothing.
std::string Difference(const std::string& name, const Json& verdict, const LoadOptions& options) {
  config::Diagnostics diagnostics;
  const auto groups = LoadRuleFile(kFolder + name, options, diagnostics);
  std::string errors;
  for (const std::string& error : diagnostics.errors()) {
    errors += error + "\n";
  }
  if (diagnostics.ok() != verdict["valid"].get<bool>()) {
    return diagnostics.ok() ? "taken" : "refused: " + errors;
  }
  if (verdict.contains("error_contains") &&
      errors.find(verdict["error_contains"].get<std::string>()) == std::string::npos) {
    return "another error: " + errors;
  }
  if (verdict.contains("rules")) {
    std::size_t count = 0;
    for (const GroupConfig& group : groups) {
      count += group.rules.size();
    }
    if (count != verdict["rules"].get<std::size_t>()) {
      return fmt::format("{} rules", count);
    }
  }
  return {};
}

TEST(RuleFileConformance, Verdicts) {
  std::ifstream file(std::string(kFolder) + "verdicts.json");
  ASSERT_TRUE(file) << kFolder << "verdicts.json is missing: the conformance data must lie beside "
                    << "the checkout";
  const Json verdicts = Json::parse(file);
  int ran = 0;
  int passed = 0;
  for (const auto& [name, verdict] : verdicts["rule_files"].items()) {
    LoadOptions options;
    options.classic_names = verdict.value("name_validation", "") == "legacy";
    ++ran;
    const std::string difference = Difference(name, verdict, options);
    if (difference.empty()) {
      ++passed;
    } else {
      ADD_FAILURE() << name << ": " << verdict.dump() << "\n  got " << difference;
    }
  }
  fmt::print("rule_files: ran {}, passed {}, skipped 0\n", ran, passed);
  EXPECT_GT(ran, 0);
}

TEST(RuleFileConformance, UnknownFieldsCanBeIgnored) {
  for (const std::string name :
       {"fixtures/invalid_rules.yaml", "unit_tests/rules_extrafields.yml"}) {
    EXPECT_EQ(Difference(name, {{"valid", true}}, {.parser = {}, .ignore_unknown_fields = true}),
              "")
        << name;
  }
}

TEST(RuleFileConformance, ExperimentalLanguageCanBeOn) {
  EXPECT_EQ(Difference("unit_tests/features.yml",
                       {{"valid", true}},
                       {.parser = {.experimental_functions = true,
                                   .duration_expressions = true,
                                   .extended_range_selectors = true,
                                   .fill_modifiers = true}}),
            "");
}

}  // namespace
}  // namespace sidewatch::alerts::rules
