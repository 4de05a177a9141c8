#pragma once

#include <string>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "alerts/rules/unittest/output.h"

namespace sidewatch::alerts::rules::unittest {

struct CheckOptions {
  LoadOptions load;
  bool duplicate_rules = true;  ///< Rules of the same name and labels are a lint error.
};

struct CheckOutcome {
  bool errors = false;  ///< A file does not load.
  bool lint = false;    ///< A file loads, but has duplicates.
};

/// Checks rule files and prints as `promtool check rules` does.
CheckOutcome CheckRuleFiles(const std::vector<std::string>& files,
                            const CheckOptions& options,
                            const Output& output);

/// The same for a text; `name` is the file's name in messages.
CheckOutcome CheckRuleText(const std::string& text,
                           const std::string& name,
                           const CheckOptions& options,
                           const Output& output);

}  // namespace sidewatch::alerts::rules::unittest
