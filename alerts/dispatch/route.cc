#include "alerts/dispatch/route.h"

namespace sidewatch::alerts {
namespace {

/// Adds the routes of the subtree that take `labels`; false if the node itself does not match.
bool Collect(const Route& route, const LabelSet& labels, std::vector<const Route*>& found) {
  if (!MatchesAll(route.matchers, labels)) {
    return false;
  }
  bool taken = false;
  for (const Route& child : route.children) {
    const bool matched = Collect(child, labels, found);
    taken = taken || matched;
    if (matched && !child.continues) {
      break;
    }
  }
  if (!taken) {
    found.push_back(&route);
  }
  return true;
}

}  // namespace

LabelSet Route::GroupLabels(const LabelSet& labels) const {
  if (settings.group_by_all) {
    return labels;
  }
  LabelSetBuilder group;
  for (const std::string& name : settings.group_by) {
    group.Set(name, labels.Get(name));
  }
  return group.Build();
}

std::vector<const Route*> RouteTree::Match(const LabelSet& labels) const {
  std::vector<const Route*> found;
  Collect(root_, labels, found);
  return found;
}

}  // namespace sidewatch::alerts
