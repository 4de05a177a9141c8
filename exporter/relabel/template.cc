#include "exporter/relabel/template.h"

#include <algorithm>
#include <optional>

#include <re2/re2.h>

#include "exporter/base/number.h"

namespace sidewatch::relabel {
namespace {

struct Variable {
  std::string_view name;
  std::string_view rest;
};

bool IsNameByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// The variable that `text`, what follows a dollar, begins with.
std::optional<Variable> FindVariable(std::string_view text) {
  const bool brace = text.starts_with('{');
  text.remove_prefix(brace ? 1 : 0);
  const auto end = std::ranges::find_if_not(text, &IsNameByte);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length == 0 || (brace && !text.substr(length).starts_with('}'))) {
    return std::nullopt;
  }
  return Variable{.name = text.substr(0, length), .rest = text.substr(length + (brace ? 1 : 0))};
}

/// A number without leading zeros is a group's place, anything else is its name.
std::optional<std::size_t> PlaceOf(std::string_view name, const re2::RE2& regex) {
  const bool leading_zero = name.size() > 1 && name.front() == '0';
  const auto number = leading_zero ? std::nullopt : ParseInteger(name);
  if (number) {
    return static_cast<std::size_t>(*number);
  }
  const auto& names = regex.NamedCapturingGroups();
  const auto found = names.find(std::string(name));
  return found == names.end() ? std::nullopt
                              : std::optional(static_cast<std::size_t>(found->second));
}

}  // namespace

std::string Expand(std::string_view text,
                   const re2::RE2& regex,
                   std::span<const std::string_view> groups) {
  std::string out;
  while (true) {
    const std::size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      return out;
    }
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const auto variable = FindVariable(text);
    if (!variable) {
      out += '$';
      continue;
    }
    text = variable->rest;
    const auto place = PlaceOf(variable->name, regex);
    if (place && *place < groups.size()) {
      out += groups[*place];
    }
  }
}

}  // namespace sidewatch::relabel
