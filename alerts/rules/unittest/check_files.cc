#include "alerts/rules/unittest/check_files.h"

#include <set>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts::rules::unittest {
namespace {

using RuleKey = std::pair<std::string, TextPairs>;

/// Names and labels that more than one rule has.
std::set<RuleKey> Duplicates(const std::vector<GroupConfig>& groups) {
  std::set<RuleKey> seen;
  std::set<RuleKey> twice;
  for (const GroupConfig& group : groups) {
    for (const RuleConfig& rule : group.rules) {
      RuleKey key(rule.name, rule.labels);
      if (!seen.insert(key).second) {
        twice.insert(std::move(key));
      }
    }
  }
  return twice;
}

std::string DuplicatesText(const std::set<RuleKey>& duplicates) {
  std::string text = fmt::format("lint error {} duplicate rule(s) found.\n", duplicates.size());
  for (const auto& [metric, labels] : duplicates) {
    text += fmt::format("Metric: {}\nLabel(s):\n", metric);
    for (const auto& [name, value] : labels) {
      text += fmt::format("\t{}: {}\n", name, value);
    }
  }
  return text + "Might cause inconsistency while recording expressions\n";
}

CheckOutcome Judge(const std::vector<GroupConfig>& groups,
                   const config::Diagnostics& diagnostics,
                   const CheckOptions& options,
                   const Output& output) {
  CheckOutcome outcome;
  if (!diagnostics.ok()) {
    output.err("  FAILED:\n");
    for (const std::string& error : diagnostics.errors()) {
      output.err(error + "\n");
    }
    outcome.errors = true;
  } else if (const auto duplicates = Duplicates(groups);
             options.duplicate_rules && !duplicates.empty()) {
    output.err("  FAILED:\n");
    output.err(DuplicatesText(duplicates));
    outcome.lint = true;
  } else {
    std::size_t rules = 0;
    for (const GroupConfig& group : groups) {
      rules += group.rules.size();
    }
    output.out(fmt::format("  SUCCESS: {} rules found\n", rules));
  }
  output.out("\n");
  return outcome;
}

}  // namespace

CheckOutcome CheckRuleFiles(const std::vector<std::string>& files,
                            const CheckOptions& options,
                            const Output& output) {
  CheckOutcome all;
  for (const std::string& file : files) {
    output.out(fmt::format("Checking {}\n", file));
    config::Diagnostics diagnostics;
    const auto groups = LoadRuleFile(file, options.load, diagnostics);
    const CheckOutcome one = Judge(groups, diagnostics, options, output);
    all.errors = all.errors || one.errors;
    all.lint = all.lint || one.lint;
  }
  return all;
}

CheckOutcome CheckRuleText(const std::string& text,
                           const std::string& name,
                           const CheckOptions& options,
                           const Output& output) {
  output.out("Checking standard input\n");
  config::Diagnostics diagnostics;
  const auto groups = ParseRuleFile(text, name, options.load, diagnostics);
  return Judge(groups, diagnostics, options, output);
}

}  // namespace sidewatch::alerts::rules::unittest
