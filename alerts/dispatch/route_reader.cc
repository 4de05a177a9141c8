#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "alerts/dispatch/route.h"
#include "alerts/model/matcher_reader.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;

constexpr std::string_view kGroupByAll = "...";

void ReadGroupBy(MapReader& map, RouteSettings& settings) {
  const std::optional<Node> node = map.Get("group_by");
  if (!node || node->is_null()) {
    return;
  }
  std::vector<std::string> names;
  config::ReadValue(*node, map.diagnostics(), names);
  settings.group_by.clear();
  settings.group_by_all = std::ranges::find(names, kGroupByAll) != names.end();
  if (settings.group_by_all) {
    if (names.size() > 1) {
      map.ErrorAt("group_by",
                  "cannot have wildcard group_by (`...`) and other labels at the same time");
    }
    return;
  }
  for (std::string& name : names) {
    if (!IsValidName(name)) {
      map.ErrorAt("group_by", fmt::format("invalid label name \"{}\" in group_by list", name));
    } else if (std::ranges::find(settings.group_by, name) != settings.group_by.end()) {
      map.ErrorAt("group_by", fmt::format("duplicated label \"{}\" in group_by", name));
    } else {
      settings.group_by.push_back(std::move(name));
    }
  }
}

void ReadTiming(MapReader& map, RouteSettings& settings) {
  map.Read("group_wait", settings.group_wait);
  constexpr std::array<std::pair<std::string_view, Duration RouteSettings::*>, 2> kIntervals = {{
      {"group_interval", &RouteSettings::group_interval},
      {"repeat_interval", &RouteSettings::repeat_interval},
  }};
  for (const auto& [key, field] : kIntervals) {
    if (map.Read(key, settings.*field) && settings.*field <= Duration::zero()) {
      map.ErrorAt(key, fmt::format("{} cannot be zero", key));
    }
  }
}

void ReadLabels(MapReader& map, RouteSettings& settings) {
  std::map<std::string, std::string> added;
  map.Read("labels", added);
  LabelSetBuilder labels(settings.labels);
  for (const auto& [name, value] : added) {
    if (!IsValidName(name)) {
      map.ErrorAt("labels", fmt::format("invalid label name \"{}\" in route labels", name));
      continue;
    }
    labels.Set(name, value);
  }
  settings.labels = labels.Build();
}

void ReadIntervals(MapReader& map,
                   std::string_view key,
                   const RouteNames& names,
                   std::vector<std::string>& out) {
  map.Read(key, out);
  for (const std::string& name : out) {
    if (!names.time_intervals.contains(name)) {
      map.ErrorAt(key, fmt::format("undefined time interval \"{}\" used in route", name));
    }
  }
}

EscalationLevel ReadLevel(const Node& node,
                          const RouteNames& names,
                          config::Diagnostics& diagnostics) {
  MapReader map(node, diagnostics);
  EscalationLevel level;
  if (!node.Find("after")) {
    map.Error("no `after` in escalate: how long may nobody have acknowledged, e.g. 15m");
  } else if (map.Read("after", level.after) && level.after <= Duration::zero()) {
    map.ErrorAt("after", "after cannot be zero");
  }
  if (!node.Find("receiver")) {
    map.Error("no `receiver` in escalate: who is told then");
  } else if (map.Read("receiver", level.receiver) && !names.receivers.contains(level.receiver)) {
    map.ErrorAt("receiver",
                fmt::format("undefined receiver \"{}\" used in escalate", level.receiver));
  }
  return level;
}

void ReadEscalate(MapReader& map, const RouteNames& names, RouteSettings& settings) {
  const std::optional<Node> node = map.Get("escalate");
  if (!node || !config::ExpectList(*node, map.diagnostics())) {
    return;
  }
  settings.escalate.clear();
  for (const Node& item : node->items()) {
    EscalationLevel level = ReadLevel(item, names, map.diagnostics());
    if (!settings.escalate.empty() && level.after <= settings.escalate.back().after) {
      map.ErrorAt("escalate", "the `after` of each level must be longer than the one before");
    }
    settings.escalate.push_back(std::move(level));
  }
}

/// Reads what a route holds besides its children; `route.settings` comes in as the parent's.
void ReadOwn(MapReader& map, const RouteNames& names, Route& route) {
  if (map.Read("receiver", route.settings.receiver) &&
      !names.receivers.contains(route.settings.receiver)) {
    map.ErrorAt("receiver",
                fmt::format("undefined receiver \"{}\" used in route", route.settings.receiver));
  }
  ReadGroupBy(map, route.settings);
  ReadTiming(map, route.settings);
  ReadEscalate(map, names, route.settings);
  ReadLabels(map, route.settings);
  map.Read("continue", route.continues);
  ReadIntervals(map, "mute_time_intervals", names, route.mute_time_intervals);
  ReadIntervals(map, "active_time_intervals", names, route.active_time_intervals);
  route.matchers = ReadMatchers(map, {"match", "match_re", "matchers"});
}

Route ReadRoute(MapReader& map, const RouteNames& names, const Route* parent, std::size_t index) {
  Route route;
  if (parent != nullptr) {
    route.settings = parent->settings;
  }
  ReadOwn(map, names, route);
  if (parent == nullptr) {
    route.key = "{}";
    route.id = "{}";
  } else {
    const std::string matchers = FormatMatchers(route.matchers);
    route.key = fmt::format("{}/{}", parent->key, matchers);
    route.id = fmt::format("{}/{}/{}", parent->id, matchers, index);
  }
  const std::optional<Node> children = map.Get("routes");
  if (!children || children->is_null() || !config::ExpectList(*children, map.diagnostics())) {
    return route;
  }
  for (const Node& node : children->items()) {
    MapReader child(node, map.diagnostics());
    route.children.push_back(ReadRoute(child, names, &route, route.children.size()));
  }
  return route;
}

void CheckRoot(MapReader& map, const Route& root) {
  if (root.settings.receiver.empty()) {
    map.Error("root route must specify a default receiver");
  }
  if (!root.matchers.empty()) {
    map.Error("root route must not have any matchers");
  }
  if (root.continues) {
    map.ErrorAt("continue", "cannot have continue in root route");
  }
  if (!root.mute_time_intervals.empty()) {
    map.ErrorAt("mute_time_intervals", "root route must not have any mute time intervals");
  }
  if (!root.active_time_intervals.empty()) {
    map.ErrorAt("active_time_intervals", "root route must not have any active time intervals");
  }
}

}  // namespace

std::shared_ptr<const RouteTree> RouteTree::Read(const Node& node,
                                                 const RouteNames& names,
                                                 config::Diagnostics& diagnostics) {
  MapReader map(node, diagnostics);
  auto tree = std::make_shared<RouteTree>();
  tree->root_ = ReadRoute(map, names, nullptr, 0);
  CheckRoot(map, tree->root_);
  return tree;
}

}  // namespace sidewatch::alerts
