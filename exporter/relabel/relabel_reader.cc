#include "exporter/relabel/relabel_reader.h"

#include <fmt/format.h>

namespace sidewatch::relabel {
namespace {

void ReadModulus(config::MapReader& map, RuleOptions& options) {
  std::int64_t modulus = 0;
  if (map.Read("modulus", modulus) && modulus < 0) {
    map.ErrorAt("modulus", "modulus must not be negative");
    return;
  }
  options.modulus = static_cast<std::uint64_t>(modulus);
}

void ReadSources(config::MapReader& map, RuleOptions& options) {
  map.Read("source_labels", options.source_labels);
  for (const std::string& name : options.source_labels) {
    if (!IsValidName(name)) {
      map.ErrorAt("source_labels", fmt::format("\"{}\" is not a valid label name", name));
    }
  }
}

void ReadAction(config::MapReader& map, RuleOptions& options) {
  std::string name;
  if (!map.Read("action", name)) {
    return;
  }
  const Result<Action> action = ParseAction(name);
  if (action) {
    options.action = *action;
  } else {
    map.ErrorAt("action", action.error().message);
  }
}

}  // namespace

void ReadValue(const config::Node& node, config::Diagnostics& diagnostics, Rules& out) {
  if (!config::ExpectList(node, diagnostics)) {
    return;
  }
  out.clear();
  for (const config::Node& item : node.items()) {
    const std::size_t errors = diagnostics.errors().size();
    config::MapReader map(item, diagnostics);
    RuleOptions options;
    ReadSources(map, options);
    map.Read("separator", options.separator);
    map.Read("regex", options.regex);
    ReadModulus(map, options);
    map.Read("target_label", options.target_label);
    map.Read("replacement", options.replacement);
    ReadAction(map, options);
    map.Finish();
    if (diagnostics.errors().size() != errors) {
      continue;
    }
    Result<Rule> rule = Rule::Create(std::move(options));
    if (rule) {
      out.push_back(std::move(*rule));
    } else {
      map.Error(rule.error().message);
    }
  }
}

}  // namespace sidewatch::relabel
