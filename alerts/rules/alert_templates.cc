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
  for (const auto& [name, text] : pairs) {
    Row row{.name = name, .text = text, .parsed = std::nullopt};
    if (text.find("{{") != std::string::npos) {
      Result<templates::Template> parsed = ParseAlertTemplate(alert, text);
      if (parsed) {
        row.parsed = *std::move(parsed);
      } else {
        row.text = fmt::format("<error expanding template: error parsing template {}: {}>",
                               TemplateName(alert),
                               parsed.error().message);
      }
    }
    rows_.push_back(std::move(row));
  }
}

std::vector<std::pair<std::string, std::string>> AlertTemplates::Expand(
    const templates::Value& data, const templates::Environment& environment) const {
  std::vector<std::pair<std::string, std::string>> expanded;
  for (const Row& row : rows_) {
    if (!row.parsed) {
      expanded.emplace_back(row.name, row.text);
      continue;
    }
    Result<std::string> text = row.parsed->Execute(data, environment);
    expanded.emplace_back(
        row.name,
        text ? *std::move(text)
             : fmt::format("<error expanding template: error executing template {}: {}>",
                           TemplateName(alert_),
                           text.error().message));
  }
  return expanded;
}

}  // namespace sidewatch::alerts::rules
