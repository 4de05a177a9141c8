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

std::vector<Label> Grouper::Counted(const LabelSet& labels) const {
  std::vector<Label> counted;
  counted.reserve(labels.size() + 1);
  for (const Label label : labels) {
    if (Counts(label.name)) {
      counted.push_back(label);
    }
  }
  return counted;
}

LabelSet Grouper::Common(const LabelSet& labels) const {
  return LabelSet::FromSorted(Counted(labels));
}

LabelSet Grouper::Common(const LabelSet& labels, const Label& with) const {
  std::vector<Label> counted = Counted(labels);
  if (Counts(with.name)) {
    const auto place = std::ranges::lower_bound(counted, with.name, {}, &Label::name);
    if (place != counted.end() && place->name == with.name) {
      place->value = with.value;
    } else {
      counted.insert(place, with);
    }
  }
  return LabelSet::FromSorted(counted);
}

Grouper MatchGrouper(const VectorMatching& matching) {
  return {matching.labels,
          matching.on ? Grouper::Labels::kOnlyThese : Grouper::Labels::kAllButThese};
}

}  // namespace sidewatch::promql
