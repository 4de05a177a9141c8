#include "alerts/library/library.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <fmt/format.h>

#include "alerts/library/files.h"
#include "alerts/library/markers.h"
#include "exporter/base/number.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts::library {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;
using SettingValues = std::map<std::string, std::string, std::less<>>;
using Names = std::set<std::string, std::less<>>;

SettingValues ReadSettings(const Node& node, Diagnostics& diagnostics) {
  SettingValues values;
  MapReader map(node, diagnostics);
  for (const LibraryFile& file : LibraryFiles()) {
    for (const Setting& setting : FindSettings(file.text)) {
      double value = 0;
      if (values.contains(setting.name) || !map.Read(setting.name, value)) {
        continue;
      }
      if (!std::isfinite(value)) {
        map.ErrorAt(setting.name, "expected a finite number");
      }
      values.emplace(setting.name, FormatNumber(value));
    }
  }
  return values;
}

/// Reads a list of names, each of which must be one of `known`.
Names ReadRuleNames(MapReader& map, std::string_view key, const std::vector<std::string>& known) {
  Names names;
  const std::optional<Node> list = map.Get(key);
  if (!list || !config::ExpectList(*list, map.diagnostics())) {
    return names;
  }
  for (const Node& item : list->items()) {
    std::string name;
    config::ReadValue(item, map.diagnostics(), name);
    if (name.empty() || std::ranges::find(known, name) != known.end()) {
      names.insert(name);
      continue;
    }
    const auto nearest = config::NearestName(name, known);
    map.diagnostics().Error(
        item.position(),
        nearest ? fmt::format("no shipped rule \"{}\", did you mean \"{}\"?", name, *nearest)
                : fmt::format("no shipped rule \"{}\"", name));
  }
  return names;
}

std::vector<rules::GroupConfig> ParseFiles(const SettingValues& values,
                                           const rules::LoadOptions& options,
                                           Diagnostics& diagnostics) {
  std::vector<rules::GroupConfig> groups;
  for (const LibraryFile& file : LibraryFiles()) {
    for (rules::GroupConfig& group : rules::ParseRuleFile(
             ApplySettings(file.text, values), std::string(file.name), options, diagnostics)) {
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

Names RulesThatAreOff() {
  Names names;
  for (const LibraryFile& file : LibraryFiles()) {
    for (const std::string_view name : FindRulesThatAreOff(file.text)) {
      names.emplace(name);
    }
  }
  return names;
}

}  // namespace

std::vector<rules::GroupConfig> ReadLibrary(const Node& node,
                                            const rules::LoadOptions& options,
                                            Diagnostics& diagnostics) {
  MapReader map(node, diagnostics);
  bool enabled = true;
  map.Read("enabled", enabled);
  const SettingValues values = ReadSettings(map.Get("set").value_or(Node()), diagnostics);
  std::vector<rules::GroupConfig> groups = ParseFiles(values, options, diagnostics);
  std::vector<std::string> known;
  for (const rules::GroupConfig& group : groups) {
    for (const rules::RuleConfig& rule : group.rules) {
      known.push_back(rule.name);
    }
  }
  Names left_out = RulesThatAreOff();
  for (const std::string& name : ReadRuleNames(map, "enable", known)) {
    left_out.erase(name);
  }
  left_out.merge(ReadRuleNames(map, "disable", known));
  for (rules::GroupConfig& group : groups) {
    std::erase_if(group.rules, [&left_out](const rules::RuleConfig& rule) {
      return left_out.contains(rule.name);
    });
  }
  std::erase_if(groups, [enabled](const rules::GroupConfig& group) {
    return !enabled || group.rules.empty();
  });
  return groups;
}

}  // namespace sidewatch::alerts::library
