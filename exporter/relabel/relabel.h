#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace sidewatch::relabel {

enum class Action {
  kReplace,
  kKeep,
  kDrop,
  kKeepEqual,
  kDropEqual,
  kHashMod,
  kLabelMap,
  kLabelDrop,
  kLabelKeep,
  kLowercase,
  kUppercase,
};

/// `replace`, `labelmap`, …
std::string_view ActionName(Action action);

/// In any case, as Prometheus reads it. Errors: kInvalidArgument, with Prometheus' words.
Result<Action> ParseAction(std::string_view name);

/// One entry of `relabel_configs` or `metric_relabel_configs`, with Prometheus' defaults.
struct RuleOptions {
  std::vector<std::string> source_labels = {};
  std::string separator = ";";
  std::string regex = "(.*)";
  std::uint64_t modulus = 0;
  std::string target_label = {};
  std::string replacement = "$1";
  Action action = Action::kReplace;
};

/// A rule that is ready to run. Threads: safe to copy and use from any.
class Rule {
 public:
  /// Errors: kInvalidArgument, with Prometheus' words for a rule that can do nothing.
  static Result<Rule> Create(RuleOptions options);

  /// Changes `labels` as the rule says. False: the rule drops them.
  bool Apply(LabelSetBuilder& labels) const;

 private:
  Rule(RuleOptions options, std::shared_ptr<const re2::RE2> regex)
      : options_(std::move(options)), regex_(std::move(regex)) {}

  std::string JoinSources(const LabelSetBuilder& labels) const;
  bool Matches(std::string_view text) const;
  std::optional<std::vector<std::string_view>> FindGroups(std::string_view text) const;
  void Replace(LabelSetBuilder& labels, const std::string& text) const;
  void MapLabels(LabelSetBuilder& labels) const;
  void RemoveLabels(LabelSetBuilder& labels, bool matching) const;

  RuleOptions options_;
  std::shared_ptr<const re2::RE2> regex_;
};

using Rules = std::vector<Rule>;

/// Applies `rules` in their order. False: one of them drops the labels.
bool Apply(std::span<const Rule> rules, LabelSetBuilder& labels);

}  // namespace sidewatch::relabel
