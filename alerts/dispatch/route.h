#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/flush.h"
#include "alerts/model/matcher_parser.h"
#include "exporter/base/clock.h"
#include "exporter/config/node.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts {

/// How a group of a route notifies. Everything is inherited by child routes that do not say other.
struct RouteSettings {
  std::string receiver;
  std::vector<std::string> group_by;  ///< In the order written; ignored with group_by_all.
  bool group_by_all = false;          ///< `...`: every label.
  Duration group_wait = std::chrono::seconds(30);     ///< First notification of a new group.
  Duration group_interval = std::chrono::minutes(5);  ///< Between changes of a known group.
  Duration repeat_interval = std::chrono::hours(4);   ///< Between repeats of an unchanged group.
  std::vector<EscalationLevel> escalate;  ///< In the order of `after`, which all differ.
  LabelSet labels;  ///< Shown in notifications; a child's are added to its parent's.
};

/// One node of the routing tree.
struct Route {
  RouteSettings settings;
  Matchers matchers;       ///< Sorted; empty takes everything.
  bool continues = false;  ///< Ask the next sibling although this one matched.
  std::vector<std::string> mute_time_intervals;    ///< Not inherited, as in Alertmanager.
  std::vector<std::string> active_time_intervals;  ///< Not inherited.
  std::string key;                                 ///< `{}/{team="db"}`: the head of group keys.
  std::string id;  ///< `{}/{team="db"}/0`: as the key, but unique in its tree.
  std::vector<Route> children;

  /// The labels of `labels` that this route groups by.
  LabelSet GroupLabels(const LabelSet& labels) const;
};

/// What a route may name.
struct RouteNames {
  std::set<std::string, std::less<>> receivers;
  std::set<std::string, std::less<>> time_intervals;
};

/// The routing tree of an alertmanager.yml. Immutable. Threads: safe.
class RouteTree {
 public:
  /// Reads the value of `route:`. What is wrong goes to `diagnostics`.
  static std::shared_ptr<const RouteTree> Read(const config::Node& node,
                                               const RouteNames& names,
                                               config::Diagnostics& diagnostics);

  /// The routes that take an alert, in order: at least one. Lifetime: that of the tree.
  std::vector<const Route*> Match(const LabelSet& labels) const;

  const Route& root() const { return root_; }

 private:
  Route root_;
};

}  // namespace sidewatch::alerts
