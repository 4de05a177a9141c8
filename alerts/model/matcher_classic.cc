// The syntax of Alertmanager before UTF-8 names. It is lenient: braces are optional one by one, an
// unknown escape is two characters, and a bare value may hold anything but a bare double quote.

#include <optional>
#include <utility>

#include "alerts/model/matcher_parser.h"

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Cuts at the commas that stand outside of quotes. Pieces are not trimmed; a blank last one is
/// left out, so that a trailing comma is allowed.
std::vector<std::string_view> SplitList(std::string_view text) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  bool escaped = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' && !quoted) {
      pieces.push_back(text.substr(begin, i - begin));
      begin = i + 1;
      continue;
    }
    if (c == '"' && !escaped) {
      quoted = !quoted;
    }
    escaped = c == '\\' && !escaped;
  }
  if (const std::string_view last = Trim(text.substr(begin)); !last.empty()) {
    pieces.push_back(last);
  }
  return pieces;
}

struct Parts {
  std::string_view name;
  MatchOp op = MatchOp::kEqual;
  std::string_view value;
};

bool TakeOp(std::string_view& rest, MatchOp& op) {
  // `=~` stands before `=`, which is its beginning.
  constexpr std::pair<std::string_view, MatchOp> kOps[] = {{"=~", MatchOp::kRegex},
                                                           {"!~", MatchOp::kNotRegex},
                                                           {"!=", MatchOp::kNotEqual},
                                                           {"=", MatchOp::kEqual}};
  for (const auto& [text, found] : kOps) {
    if (rest.starts_with(text)) {
      rest.remove_prefix(text.size());
      op = found;
      return true;
    }
  }
  return false;
}

std::optional<Parts> SplitMatcher(std::string_view text) {
  std::string_view rest = Trim(text);
  std::size_t length = 0;
  while (length < rest.size() && IsClassicMetricName(rest.substr(0, length + 1))) {
    ++length;
  }
  Parts parts;
  parts.name = rest.substr(0, length);
  rest = Trim(rest.substr(length));
  if (parts.name.empty() || !TakeOp(rest, parts.op)) {
    return std::nullopt;
  }
  parts.value = Trim(rest);
  return parts;
}

void AppendEscape(std::string& out, char escape) {
  if (escape == 'n') {
    out += '\n';
    return;
  }
  if (escape != '"' && escape != '\\') {
    out += '\\';
  }
  out += escape;
}

/// Undoes quotes and escapes. Nothing: a double quote stands where none may.
std::optional<std::string> Unquote(std::string_view raw) {
  const bool quoted = raw.starts_with('"');
  raw.remove_prefix(quoted ? 1 : 0);
  std::string value;
  bool closed = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool last = i + 1 == raw.size();
    if (raw[i] == '\\' && !last) {
      AppendEscape(value, raw[++i]);
    } else if (raw[i] == '"') {
      if (!quoted || !last) {
        return std::nullopt;
      }
      closed = true;
    } else {
      value += raw[i];
    }
  }
  if (quoted && !closed) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Result<Matcher> ParseClassicMatcher(std::string_view text) {
  const std::optional<Parts> parts = SplitMatcher(text);
  if (!parts) {
    return Fail(ErrorCode::kInvalidArgument, "bad matcher format: {}", text);
  }
  if (!IsValidUtf8(parts->value)) {
    return Fail(ErrorCode::kInvalidArgument, "matcher value not valid UTF-8: {}", parts->value);
  }
  const std::optional<std::string> value = Unquote(parts->value);
  if (!value) {
    return Fail(ErrorCode::kInvalidArgument,
                "matcher value contains unescaped double quote: {}",
                parts->value);
  }
  return Matcher::Create(parts->op, parts->name, *value);
}

Result<Matchers> ParseClassicMatchers(std::string_view text) {
  text.remove_prefix(text.starts_with('{') ? 1 : 0);
  text.remove_suffix(text.ends_with('}') ? 1 : 0);
  Matchers matchers;
  for (const std::string_view piece : SplitList(text)) {
    SW_TRY_ASSIGN(Matcher matcher, ParseClassicMatcher(piece));
    matchers.push_back(std::move(matcher));
  }
  return matchers;
}

}  // namespace sidewatch::alerts
