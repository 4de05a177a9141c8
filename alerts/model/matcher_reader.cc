#include "alerts/model/matcher_reader.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

using config::Node;

bool IsMap(const Node& node, config::Diagnostics& diagnostics) {
  if (!node.is_map()) {
    diagnostics.Error(
        node.position(),
        fmt::format("expected a map of label names and values, got {}", node.Describe()));
  }
  return node.is_map();
}

void Add(Result<Matcher> matcher,
         const Node& place,
         config::Diagnostics& diagnostics,
         Matchers& out) {
  if (matcher) {
    out.push_back(*std::move(matcher));
  } else {
    diagnostics.Error(place.position(), matcher.error().message);
  }
}

void ReadEqual(const Node& node, config::Diagnostics& diagnostics, Matchers& out) {
  if (!IsMap(node, diagnostics)) {
    return;
  }
  for (const auto& [name, value] : node.entries()) {
    if (!value.is_scalar() && !value.is_null()) {
      diagnostics.Error(
          value.position(),
          fmt::format("expected a text for label \"{}\", got {}", name.text(), value.Describe()));
      continue;
    }
    Add(Matcher::Create(MatchOp::kEqual, name.text(), value.is_null() ? "" : value.text()),
        value,
        diagnostics,
        out);
  }
}

void ReadRegex(const Node& node, config::Diagnostics& diagnostics, Matchers& out) {
  if (!IsMap(node, diagnostics)) {
    return;
  }
  for (const auto& [name, value] : node.entries()) {
    if (!value.is_scalar()) {
      diagnostics.Error(
          name.position(),
          fmt::format("invalid regexp value for \"{}\": expected a regular expression, got {}",
                      name.text(),
                      value.Describe()));
      continue;
    }
    // Spelled out, as Alertmanager shows it in route keys; keys must survive a move from there.
    Add(Matcher::Create(MatchOp::kRegex, name.text(), fmt::format("^(?:{})$", value.text())),
        value,
        diagnostics,
        out);
  }
}

void ReadTexts(const Node& node, config::Diagnostics& diagnostics, Matchers& out) {
  if (!config::ExpectList(node, diagnostics)) {
    return;
  }
  for (const Node& item : node.items()) {
    std::string text;
    config::ReadValue(item, diagnostics, text);
    Result<Matchers> parsed = ParseMatchers(text);
    if (!parsed) {
      diagnostics.Error(item.position(), parsed.error().message);
      continue;
    }
    out.insert(out.end(), parsed->begin(), parsed->end());
  }
}

}  // namespace

Matchers ReadMatchers(config::MapReader& map, const MatcherKeys& keys) {
  using ReadFn = void (*)(const Node&, config::Diagnostics&, Matchers&);
  const std::pair<std::string_view, ReadFn> readers[] = {
      {keys.match, &ReadEqual}, {keys.match_re, &ReadRegex}, {keys.matchers, &ReadTexts}};
  Matchers matchers;
  for (const auto& [key, read] : readers) {
    const std::optional<Node> node = key.empty() ? std::nullopt : map.Get(key);
    if (node && !node->is_null()) {
      read(*node, map.diagnostics(), matchers);
    }
  }
  SortMatchers(matchers);
  return matchers;
}

}  // namespace sidewatch::alerts
