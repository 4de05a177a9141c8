#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::alerts::library {

// What the shipped rule files say in comments, so that they stay plain Prometheus rule files:
//
//     > 80  # set: connection_use_percent     the number before the comment is a named setting
//     - alert: Watchdog  # off: reason        the rule is left out unless it is enabled

/// A named number of a rule file.
struct Setting {
  bool operator==(const Setting&) const = default;

  std::string_view name;
  std::string_view value;  ///< As it stands in the file: the default.
};

/// The settings of a file in its order, each once. Lifetime: they point into `text`.
std::vector<Setting> FindSettings(std::string_view text);

/// The rules of a file that are left out unless they are enabled. Lifetime: as FindSettings.
std::vector<std::string_view> FindRulesThatAreOff(std::string_view text);

/// The file with the numbers of `values` in place of its defaults, and without the marks.
std::string ApplySettings(std::string_view text,
                          const std::map<std::string, std::string, std::less<>>& values);

}  // namespace sidewatch::alerts::library
