#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "alerts/template/alert_data.h"
#include "alerts/template/template.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::rules {

/// Parses a label or annotation of an alert. Errors: kInvalidArgument `template: __alert_NAME:…`.
Result<templates::Template> ParseAlertTemplate(const std::string& alert, const std::string& text);

/// The labels or the annotations of an alerting rule.
///
/// They are kept as text until they are expanded: a parsed one takes some ten kilobytes, and most
/// rules have nothing to tell most of the time.
class AlertTemplates {
 public:
  /// `pairs` have passed CheckRule.
  AlertTemplates(const std::string& alert, const TextPairs& pairs);

  /// Expands all; a text that fails becomes `<error expanding template: …>`. What it parsed stays
  /// parsed for the next.
  std::vector<std::pair<std::string, std::string>> Expand(
      const templates::Value& data, const templates::Environment& environment);

  /// Gives back what Expand parsed.
  void Forget();

 private:
  struct Row {
    std::string name;
    std::string text;
    std::optional<templates::Template> parsed;
  };

  std::string ExpandRow(Row& row,
                        const templates::Value& data,
                        const templates::Environment& environment) const;

  std::string alert_;
  std::vector<Row> rows_;
};

}  // namespace sidewatch::alerts::rules
