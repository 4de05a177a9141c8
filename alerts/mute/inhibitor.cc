#include "alerts/mute/inhibitor.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alerts/model/matcher_reader.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {
namespace {

bool HasEnded(const std::optional<TimePoint>& ends_at, TimePoint now) {
  return ends_at && *ends_at <= now;
}

LabelSet Restrict(const LabelSet& labels, std::span<const std::string> names) {
  LabelSetBuilder kept;
  for (const std::string& name : names) {
    kept.Set(name, labels.Get(name));
  }
  return kept.Build();
}

}  // namespace

std::vector<InhibitRule> ReadInhibitRules(const config::Node& node,
                                          config::Diagnostics& diagnostics) {
  std::vector<InhibitRule> rules;
  if (node.is_null() || !config::ExpectList(node, diagnostics)) {
    return rules;
  }
  for (const config::Node& item : node.items()) {
    config::MapReader map(item, diagnostics);
    InhibitRule rule;
    map.Ignore({"name"});
    rule.source = ReadMatchers(map, {"source_match", "source_match_re", "source_matchers"});
    rule.target = ReadMatchers(map, {"target_match", "target_match_re", "target_matchers"});
    map.Read("equal", rule.equal);
    for (const std::string& name : rule.equal) {
      if (!IsValidName(name)) {
        map.ErrorAt("equal", fmt::format("invalid label name \"{}\" in equal list", name));
      }
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Inhibitor::Inhibitor(std::vector<InhibitRule> rules) {
  for (InhibitRule& spec : rules) {
    rules_.push_back({std::move(spec), {}});
  }
}

void Inhibitor::Put(std::span<const Alert> alerts, TimePoint now) {
  const MutexLock lock(mutex_);
  for (const Alert& alert : alerts) {
    const std::uint64_t fingerprint = Fingerprint(alert.labels);
    for (Rule& rule : rules_) {
      Update(rule, alert, fingerprint, now);
    }
  }
}

void Inhibitor::Collect(TimePoint now) {
  const MutexLock lock(mutex_);
  for (Rule& rule : rules_) {
    for (auto& [equal, sources] : rule.sources) {
      std::erase_if(sources,
                    [now](const auto& entry) { return HasEnded(entry.second.ends_at, now); });
    }
    std::erase_if(rule.sources, [](const auto& entry) { return entry.second.empty(); });
  }
}

std::size_t Inhibitor::size() const {
  const MutexLock lock(mutex_);
  std::size_t count = 0;
  for (const Rule& rule : rules_) {
    for (const auto& [equal, sources] : rule.sources) {
      count += sources.size();
    }
  }
  return count;
}

void Inhibitor::Update(Rule& rule, const Alert& alert, std::uint64_t fingerprint, TimePoint now) {
  if (!MatchesAll(rule.spec.source, alert.labels)) {
    return;
  }
  const LabelSet equal = Restrict(alert.labels, rule.spec.equal);
  if (!alert.ResolvedAt(now)) {
    rule.sources[equal].insert_or_assign(fingerprint, Source{alert.labels, alert.ends_at});
    return;
  }
  const auto found = rule.sources.find(equal);
  if (found == rule.sources.end()) {
    return;
  }
  // Those that ended by their own time go along.
  std::erase_if(found->second, [&](const auto& entry) {
    return entry.first == fingerprint || HasEnded(entry.second.ends_at, now);
  });
  if (found->second.empty()) {
    rule.sources.erase(found);
  }
}

std::optional<std::uint64_t> Inhibitor::FindSource(const Rule& rule,
                                                   const LabelSet& target,
                                                   TimePoint now) {
  if (!MatchesAll(rule.spec.target, target)) {
    return std::nullopt;
  }
  const auto found = rule.sources.find(Restrict(target, rule.spec.equal));
  if (found == rule.sources.end()) {
    return std::nullopt;
  }
  const bool is_source_too = MatchesAll(rule.spec.source, target);
  for (const auto& [fingerprint, source] : found->second) {
    if (!HasEnded(source.ends_at, now) &&
        !(is_source_too && MatchesAll(rule.spec.target, source.labels))) {
      return fingerprint;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Inhibitor::MutedBy(const Alert& alert, TimePoint now) const {
  const MutexLock lock(mutex_);
  std::vector<std::string> by;
  for (const Rule& rule : rules_) {
    if (const auto source = FindSource(rule, alert.labels, now)) {
      by.push_back(FormatFingerprint(*source));
    }
  }
  return by;
}

}  // namespace sidewatch::alerts
