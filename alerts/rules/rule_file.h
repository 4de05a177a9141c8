#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/config/diagnostics.h"
#include "exporter/promql/ast.h"
#include "exporter/promql/parser.h"

namespace sidewatch::alerts::rules {

/// A checked expression, ready to be evaluated any number of times.
struct Query {
  std::string text;
  std::shared_ptr<const promql::Expr> expr;
};

/// What becomes of active alerts whose data is missing because a target is down
/// (docs/decisions/0005). `on_missing`, our own key of a group.
enum class OnMissing {
  kHold,     ///< They keep their state.
  kResolve,  ///< As in Prometheus.
  kFire,     ///< As hold; pending ones fire when their `for` is over.
};

enum class RuleKind { kAlerting, kRecording };

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// One rule as it stands in a file.
struct RuleConfig {
  RuleKind kind = RuleKind::kAlerting;
  std::string name;  ///< The alert's name, or the name of the recorded metric.
  Query query;
  Duration hold{0};            ///< `for`
  Duration keep_firing{0};     ///< `keep_firing_for`
  TextPairs labels = {};       ///< The group's and the rule's own, sorted by name.
  TextPairs annotations = {};  ///< Sorted by name.
};

/// One group of a file.
struct GroupConfig {
  std::string file;
  std::string name;
  Duration interval{0};  ///< 0: the global evaluation interval.
  Duration query_offset{0};
  int limit = 0;  ///< Alerts or samples of one rule; 0: any number.
  TextPairs labels = {};
  std::optional<OnMissing> on_missing = std::nullopt;  ///< Absent: as the program has it.
  std::vector<RuleConfig> rules = {};
  LabelSet external_labels = {};  ///< What templates call `$externalLabels`; not from the file.

  /// Names the group among all files.
  std::string Key() const { return file + ";" + name; }
};

struct LoadOptions {
  promql::ParserOptions parser;
  Duration default_query_offset{0};
  bool classic_names = false;          ///< Names as before Prometheus 3: no UTF-8.
  bool ignore_unknown_fields = false;  ///< Unknown keys are no errors.
};

/// Reads the text of a rule file. `name` is the file's name in messages and group keys.
///
/// All errors of the file go to `diagnostics`, those of rules worded as Prometheus words them:
/// `FILE: LINE:COL: group "G", rule N, "NAME": MESSAGE`. The result is of use only without errors.
std::vector<GroupConfig> ParseRuleFile(std::string_view text,
                                       const std::string& name,
                                       const LoadOptions& options,
                                       config::Diagnostics& diagnostics);

/// Reads a whole file, then as ParseRuleFile.
std::vector<GroupConfig> LoadRuleFile(const std::string& path,
                                      const LoadOptions& options,
                                      config::Diagnostics& diagnostics);

}  // namespace sidewatch::alerts::rules
