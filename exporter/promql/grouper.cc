#include "exporter/promql/grouper.h"

#include <algorithm>

namespace sidewatch::promql {
namespace {

// Cannot occur in a label, which is valid UTF-8.
constexpr char kSeparator = '\xff';

}  // namespace

Grouper::Grouper(std::vector<std::string> names, Labels labels)
    : names_(std::move(names)), labels_(labels) {
  std::ranges::sort(names_);
}

bool Grouper::Counts(std::string_view name) const {
  const bool named = std::ranges::find(names_, name) != names_.end();
  return labels_ == Labels::kOnlyThese ? named : !named && name != kMetricName;
}

void Grouper::MakeKey(const LabelSet& labels) {
  key_.clear();
  if (labels_ == Labels::kOnlyThese) {
    for (const std::string& name : names_) {
      key_ += labels.Get(name);
      key_ += kSeparator;
    }
    return;
  }
  for (const Label label : labels) {
    if (Counts(label.name)) {
      key_ += label.name;
      key_ += kSeparator;
      key_ += label.value;
      key_ += kSeparator;
    }
  }
}

std::uint32_t Grouper::Add(const LabelSet& labels) {
  MakeKey(labels);
  return groups_.try_emplace(key_, static_cast<std::uint32_t>(groups_.size())).first->second;
}

std::optional<std::uint32_t> Grouper::Find(const LabelSet& labels) {
  MakeKey(labels);
  const auto found = groups_.find(key_);
  return found == groups_.end() ? std::nullopt : std::optional(found->second);
}

LabelSet Grouper::Common(const LabelSet& labels) const {
  std::vector<Label> kept;
  for (const Label label : labels) {
    if (Counts(label.name)) {
      kept.push_back(label);
    }
  }
  return LabelSet::FromSorted(kept);
}

LabelSet Grouper::Common(const LabelSet& labels, const Label& with) const {
  std::vector<Label> kept;
  kept.reserve(labels.size() + 1);
  for (const Label label : labels) {
    if (label.name != with.name && Counts(label.name)) {
      kept.push_back(label);
    }
  }
  if (Counts(with.name)) {
    kept.insert(std::ranges::lower_bound(kept, with.name, {}, &Label::name), with);
  }
  return LabelSet::FromSorted(kept);
}

Grouper MatchGrouper(const VectorMatching& matching) {
  return {matching.labels,
          matching.on ? Grouper::Labels::kOnlyThese : Grouper::Labels::kAllButThese};
}

}  // namespace sidewatch::promql
