#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alerts/model/matcher_parser.h"
#include "alerts/mute/muter.h"
#include "exporter/base/mutex.h"
#include "exporter/config/node.h"

namespace sidewatch::alerts {

/// While an alert fires that `source` takes, those that `target` takes are held back if both agree
/// in all `equal` labels; an absent label counts as empty.
struct InhibitRule {
  Matchers source;
  Matchers target;
  std::vector<std::string> equal;
};

/// Reads the value of `inhibit_rules:`.
std::vector<InhibitRule> ReadInhibitRules(const config::Node& node,
                                          config::Diagnostics& diagnostics);

/// Knows the firing source alerts of every rule.
///
/// An alert that takes both sides of a rule is not held back by another that does so too: else two
/// equal alerts would silence each other. Cost: a muting question looks up one entry a rule.
class Inhibitor final : public Muter {
 public:
  explicit Inhibitor(std::vector<InhibitRule> rules);

  /// Takes new states of alerts, as Dispatcher::Put.
  void Put(std::span<const Alert> alerts, TimePoint now);

  /// Forgets sources that have ended. To be called now and then.
  void Collect(TimePoint now);

  /// Sources that are kept, of all rules.
  std::size_t size() const;

  std::string_view reason() const override { return "inhibited"; }

  std::vector<std::string> MutedBy(const Alert& alert, TimePoint now) const override;

 private:
  struct Source {
    LabelSet labels;
    std::optional<TimePoint> ends_at;
  };

  using Sources = std::map<std::uint64_t, Source>;  // By fingerprint.

  struct Rule {
    InhibitRule spec;
    // By the values of the `equal` labels.
    std::unordered_map<LabelSet, Sources, LabelSetHash> sources;
  };

  static void Update(Rule& rule, const Alert& alert, std::uint64_t fingerprint, TimePoint now);
  static std::optional<std::uint64_t> FindSource(const Rule& rule,
                                                 const LabelSet& target,
                                                 TimePoint now);

  mutable Mutex mutex_;
  std::vector<Rule> rules_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::alerts
