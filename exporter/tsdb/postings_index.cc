// A selector is answered in the order that keeps the sets small: first each matcher that asks for
// a value (its series are united, then intersected with what is left), then each that a series
// without the label passes too: for those, the series whose value does not match are taken away.
// Literals and alternations of literals are looked up, a prefix is a range of the sorted values,
// any other expression is tried on all values of its label.

#include "exporter/tsdb/postings_index.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sidewatch::tsdb {
namespace {

// A node of std::map, its string and the postings; the characters that do not fit in the string
// and the first entry of the postings come on top. Sizes are approximate.
constexpr std::size_t kNodeBytes = 32 + sizeof(std::string) + sizeof(Postings) + 16 + 32;

using ValueMap = std::map<std::string, Postings, std::less<>>;

std::size_t NodeBytes(std::string_view value) {
  constexpr std::size_t kInString = 15;
  return kNodeBytes + (value.size() > kInString ? value.size() + 16 : 0);
}

void UniteLiterals(const ValueMap& values, const Matcher& matcher, Roaring& united) {
  for (const std::string& literal : matcher.literals()) {
    if (const auto found = values.find(literal); found != values.end()) {
      found->second.UniteInto(united);
    }
  }
}

/// The series with a value for which Matches() says `matches`.
Roaring UniteScanned(const ValueMap& values, const Matcher& matcher, bool matches) {
  Roaring united;
  // A prefix tells where the un-negated expression matches: only there can a scan be short.
  const bool by_prefix = matcher.negated() != matches && !matcher.prefix().empty();
  auto value = by_prefix ? values.lower_bound(matcher.prefix()) : values.begin();
  for (; value != values.end(); ++value) {
    if (by_prefix && !value->first.starts_with(matcher.prefix())) {
      break;
    }
    if (matcher.Matches(value->first) == matches) {
      value->second.UniteInto(united);
    }
  }
  return united;
}

/// As UniteScanned, by look-up where that is possible.
Roaring Unite(const ValueMap& values, const Matcher& matcher, bool matches) {
  if (matcher.literals().empty() || matcher.negated() == matches) {
    return UniteScanned(values, matcher, matches);
  }
  Roaring united;
  UniteLiterals(values, matcher, united);
  return united;
}

std::vector<LabelCount> Largest(std::vector<LabelCount> counts, std::size_t most) {
  std::ranges::stable_sort(counts, std::greater(), &LabelCount::count);
  counts.resize(std::min(most, counts.size()));
  return counts;
}

template <typename Map, typename Count>
std::vector<LabelCount> MostOf(const Map& map, std::size_t most, Count count) {
  std::vector<LabelCount> counts;
  counts.reserve(map.size());
  for (const auto& [name, entry] : map) {
    counts.push_back({name, count(entry)});
  }
  return Largest(std::move(counts), most);
}

}  // namespace

void PostingsIndex::Add(const LabelSet& labels, std::uint32_t slot) {
  all_.add(slot);
  for (const Label label : labels) {
    auto name = names_.find(label.name);
    if (name == names_.end()) {
      name = names_.try_emplace(std::string(label.name)).first;
    }
    auto value = name->second.find(label.value);
    if (value == name->second.end()) {
      value = name->second.try_emplace(std::string(label.value)).first;
      bytes_ += NodeBytes(label.value);
    }
    value->second.Add(slot);
  }
}

void PostingsIndex::Remove(const LabelSet& labels, std::uint32_t slot) {
  all_.remove(slot);
  for (const Label label : labels) {
    const auto name = names_.find(label.name);
    if (name == names_.end()) {
      continue;
    }
    const auto value = name->second.find(label.value);
    if (value == name->second.end()) {
      continue;
    }
    value->second.Remove(slot);
    if (value->second.empty()) {
      bytes_ -= NodeBytes(label.value);
      name->second.erase(value);
    }
    if (name->second.empty()) {
      names_.erase(name);
    }
  }
}

const PostingsIndex::ValueMap* PostingsIndex::Find(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

Roaring PostingsIndex::Select(std::span<const Matcher> matchers) const {
  std::optional<Roaring> selected;
  for (const Matcher& matcher : matchers) {
    if (matcher.Matches(std::string_view())) {
      continue;
    }
    const ValueMap* values = Find(matcher.name());
    if (values == nullptr) {
      return {};
    }
    Roaring wanted = Unite(*values, matcher, true);
    if (selected.has_value()) {
      *selected &= wanted;
    } else {
      selected = std::move(wanted);
    }
    if (selected->isEmpty()) {
      return {};
    }
  }
  if (!selected.has_value()) {
    selected = all_;
  }
  for (const Matcher& matcher : matchers) {
    const ValueMap* values = Find(matcher.name());
    if (values != nullptr && matcher.Matches(std::string_view())) {
      *selected -= Unite(*values, matcher, false);
    }
  }
  return std::move(*selected);
}

std::vector<std::string> PostingsIndex::Names() const {
  std::vector<std::string> names;
  names.reserve(names_.size());
  for (const auto& [name, values] : names_) {
    names.push_back(name);
  }
  return names;
}

std::vector<std::string> PostingsIndex::Values(std::string_view name) const {
  std::vector<std::string> texts;
  if (const ValueMap* values = Find(name)) {
    texts.reserve(values->size());
    for (const auto& [value, postings] : *values) {
      texts.push_back(value);
    }
  }
  return texts;
}

std::vector<LabelCount> PostingsIndex::NamesByValues(std::size_t most) const {
  return MostOf(names_, most, [](const ValueMap& values) { return values.size(); });
}

std::vector<LabelCount> PostingsIndex::ValuesBySeries(std::string_view name,
                                                      std::size_t most) const {
  const ValueMap* values = Find(name);
  if (values == nullptr) {
    return {};
  }
  return MostOf(*values, most, [](const Postings& postings) { return postings.size(); });
}

std::vector<LabelCount> PostingsIndex::PairsBySeries(std::size_t most) const {
  std::vector<LabelCount> counts;
  for (const auto& [name, values] : names_) {
    for (const LabelCount& value :
         MostOf(values, most, [](const Postings& postings) { return postings.size(); })) {
      counts.push_back({name + "=" + value.name, value.count});
    }
  }
  return Largest(std::move(counts), most);
}

}  // namespace sidewatch::tsdb
