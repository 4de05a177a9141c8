#include "alerts/rules/alert_templates.h"

#include <fmt/format.h>

namespace sidewatch::alerts::rules {
namespace {

std::string TemplateName(const std::string& alert) {
  return "__alert_" + alert;
}

}  // namespace

Result<templates::Template> ParseAlertTemplate(const std::string& alert, const std::string& text) {
  return templates::Template::Parse(TemplateName(alert),
                                    std::string(templates::kAlertTemplatePrefix) + text,
                                    templates::PrometheusFunctions(),
                                    {.missing_key = templates::MissingKey::kZero});
}

AlertTemplates::AlertTemplates(const std::string& alert, const TextPairs& pairs) : alert_(alert) {
  rows_.reserve(pairs.size());
  for (const auto& [name, text] : pairs) {
    rows_.push_back({.name = name, .text = text, .parsed = std::nullopt});
  }
}

std::string AlertTemplates::ExpandRow(Row& row,
                                      const templates::Value& data,
                                      const templates::Environment& environment) const {
  if (row.text.find("{{") == std::string::npos) {
    return row.text;
  }
  if (!row.parsed) {
    Result<templates::Template> parsed = ParseAlertTemplate(alert_, row.text);
    if (!parsed) {
      return fmt::format("<error expanding template: error parsing template {}: {}>",
                         TemplateName(alert_),
                         parsed.error().message);
    }
    row.parsed = *std::move(parsed);
  }
  Result<std::string> text = row.parsed->Execute(data, environment);
  return text ? *std::move(text)
              : fmt::format("<error expanding template: error executing template {}: {}>",
                            TemplateName(alert_),
                            text.error().message);
}

std::vector<std::pair<std::string, std::string>> AlertTemplates::Expand(
    const templates::Value& data, const templates::Environment& environment) {
  std::vector<std::pair<std::string, std::string>> expanded;
  expanded.reserve(rows_.size());
  for (Row& row : rows_) {
    expanded.emplace_back(row.name, ExpandRow(row, data, environment));
  }
  return expanded;
}

void AlertTemplates::Forget() {
  for (Row& row : rows_) {
    row.parsed.reset();
  }
}

}  // namespace sidewatch::alerts::rules
