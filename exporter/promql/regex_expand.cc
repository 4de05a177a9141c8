#include "exporter/promql/regex_expand.h"

#include <algorithm>
#include <charconv>

namespace sidewatch::promql {
namespace {

/// The name after a `$`, cut off `rest` with its braces: letters and digits of any script. Empty:
/// there is none.
std::string_view TakeName(std::string_view& rest) {
  static const RE2 kName(R"([\pL\p{Nd}_]+)");
  const bool braces = rest.starts_with('{');
  const std::string_view from = rest.substr(braces ? 1 : 0);
  re2::StringPiece found;
  const re2::StringPiece text(from.data(), from.size());
  if (!kName.Match(text, 0, text.size(), RE2::ANCHOR_START, &found, 1)) {
    return {};
  }
  const std::string_view name = from.substr(0, found.size());
  if (braces && !from.substr(name.size()).starts_with('}')) {
    return {};
  }
  rest.remove_prefix(name.size() + (braces ? 2 : 0));
  return name;
}

}  // namespace

RegexExpander::RegexExpander(const RE2& regex, std::string_view pattern)
    : regex_(regex), groups_(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1) {
  while (!pattern.empty()) {
    const std::size_t dollar = pattern.find('$');
    pieces_.push_back({.literal = pattern.substr(0, dollar)});
    if (dollar == std::string_view::npos) {
      return;
    }
    pattern.remove_prefix(dollar);
    if (pattern.starts_with("$$")) {
      pieces_.push_back({.literal = pattern.substr(0, 1)});
      pattern.remove_prefix(2);
      continue;
    }
    std::string_view rest = pattern.substr(1);
    if (const std::string_view name = TakeName(rest); !name.empty()) {
      AddReference(name);
      pattern = rest;
    } else {
      pieces_.push_back({.literal = pattern.substr(0, 1)});
      pattern.remove_prefix(1);
    }
  }
}

void RegexExpander::AddReference(std::string_view name) {
  int group = 0;
  const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), group);
  const bool leading_zero = name.size() > 1 && name.starts_with('0');
  if (leading_zero || status != std::errc{} || end != name.data() + name.size()) {
    const auto& names = regex_.NamedCapturingGroups();
    const auto found = names.find(std::string(name));
    group = found == names.end() ? -1 : found->second;
  }
  if (group >= 0 && group < static_cast<int>(groups_.size())) {
    pieces_.push_back({.literal = {}, .group = group});
  }
}

std::optional<std::size_t> RegexExpander::Match(std::string_view text) {
  const re2::StringPiece input(text.data(), text.size());
  if (!regex_.Match(input,
                    0,
                    text.size(),
                    RE2::ANCHOR_BOTH,
                    groups_.data(),
                    static_cast<int>(groups_.size()))) {
    return std::nullopt;
  }
  length_ = 0;
  for (const Piece& piece : pieces_) {
    length_ += piece.literal.size() + Group(piece).size();
  }
  return length_;
}

std::string RegexExpander::Expand() const {
  std::string out;
  out.reserve(length_);
  for (const Piece& piece : pieces_) {
    out += piece.literal;
    out += Group(piece);
  }
  return out;
}

std::string_view RegexExpander::Group(const Piece& piece) const {
  if (piece.group < 0) {
    return {};
  }
  const re2::StringPiece& group = groups_[static_cast<std::size_t>(piece.group)];
  return {group.data(), group.size()};
}

}  // namespace sidewatch::promql
