#include "alerts/rules/unittest/alert_diff.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "exporter/promql/text.h"

namespace sidewatch::alerts::rules::unittest {
namespace {

constexpr std::string_view kRemoved = "\x1b[0;31m";
constexpr std::string_view kAdded = "\x1b[0;32m";
constexpr std::string_view kChanged = "\x1b[0;33m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string Painted(std::string_view colour, const std::string& text) {
  return fmt::format("{}{}{}", colour, text, kPlain);
}

/// One entry of a map: of both sides, or of one.
std::string EntryText(std::string_view name, std::string_view expected, std::string_view got) {
  const std::string key = promql::Quoted(name);
  if (expected.empty()) {
    return Painted(kAdded, fmt::format("{}: {}", key, promql::Quoted(got)));
  }
  if (got.empty()) {
    return Painted(kRemoved, fmt::format("{}: {}", key, promql::Quoted(expected)));
  }
  if (expected == got) {
    return fmt::format("{}: {}", key, promql::Quoted(got));
  }
  return fmt::format(
      "{}: {}", key, Painted(kChanged, promql::Quoted(expected) + " => " + promql::Quoted(got)));
}

std::string MapText(std::string_view name, const LabelSet& expected, const LabelSet& got) {
  std::map<std::string_view, std::string> entries;
  for (const Label label : expected) {
    entries[label.name] = EntryText(label.name, label.value, got.Get(label.name));
  }
  for (const Label label : got) {
    entries[label.name] = EntryText(label.name, expected.Get(label.name), label.value);
  }
  std::string text = fmt::format("        {}: {{", promql::Quoted(name));
  for (const auto& [key, entry] : entries) {
    text += fmt::format("{}\n            {}", key == entries.begin()->first ? "" : ",", entry);
  }
  return text + (entries.empty() ? "}" : "\n        }");
}

std::string AlertText(const FiringAlert& expected, const FiringAlert& got) {
  return fmt::format("    {{\n{},\n{}\n    }}",
                     MapText("Annotations", expected.annotations, got.annotations),
                     MapText("Labels", expected.labels, got.labels));
}

std::string Indented(const std::string& text, std::string_view indent) {
  std::string indented;
  for (const char c : text) {
    indented += c;
    if (c == '\n') {
      indented += indent;
    }
  }
  return indented;
}

}  // namespace

std::string AlertDiff(const std::vector<FiringAlert>& expected,
                      const std::vector<FiringAlert>& got,
                      std::string_view indent) {
  std::string text = "[";
  const FiringAlert nothing;
  for (std::size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
    text += i == 0 ? "\n" : ",\n";
    text +=
        AlertText(i < expected.size() ? expected[i] : nothing, i < got.size() ? got[i] : nothing);
  }
  return Indented(text + "\n]", indent);
}

}  // namespace sidewatch::alerts::rules::unittest
