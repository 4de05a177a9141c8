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

/// The labels or the annotations of an alerting rule, parsed once.
class AlertTemplates {
 public:
  /// `pairs` have passed CheckRule.
  AlertTemplates(const std::string& alert, const TextPairs& pairs);

  /// Expands all; a text that fails becomes `<error expanding template: …>`.
  std::vector<std::pair<std::string, std::string>> Expand(
      const templates::Value& data, const templates::Environment& environment) const;

 private:
  struct Row {
    std::string name;
    std::string text;  ///< As it is, when nothing in it is to be expanded.
    std::optional<templates::Template> parsed;
  };

  std::string alert_;
  std::vector<Row> rows_;
};

}  // namespace sidewatch::alerts::rules
