#include "alerts/model/matcher_lexer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "exporter/model/label_set.h"

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";

std::size_t CountCodePoints(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void AppendUtf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80 | ((code >> shift) & 0x3f));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// Takes exactly `digits` digits of `base` off `rest`.
std::optional<std::uint32_t> TakeDigits(std::string_view& rest, std::size_t digits, int base) {
  std::uint32_t value = 0;
  if (rest.size() < digits) {
    return std::nullopt;
  }
  const char* const end = rest.data() + digits;
  const auto [stop, status] = std::from_chars(rest.data(), end, value, base);
  if (status != std::errc{} || stop != end) {
    return std::nullopt;
  }
  rest.remove_prefix(digits);
  return value;
}

/// Appends what the escape at the head of `rest` (behind its backslash) stands for.
bool TakeEscape(std::string_view& rest, std::string& out) {
  constexpr std::string_view kPlain = R"(abfnrtv\")";
  constexpr std::string_view kMeaning = "\a\b\f\n\r\t\v\\\"";
  const char kind = rest.empty() ? '\0' : rest.front();
  if (const std::size_t at = kPlain.find(kind); at != std::string_view::npos) {
    rest.remove_prefix(1);
    out += kMeaning[at];
    return true;
  }
  if (kind >= '0' && kind <= '7') {
    const auto byte = TakeDigits(rest, 3, 8);
    out += static_cast<char>(byte.value_or(0));
    return byte && *byte <= 0xff;
  }
  constexpr std::pair<char, std::size_t> kHex[] = {{'x', 2}, {'u', 4}, {'U', 8}};
  const auto* const hex = std::ranges::find(kHex, kind, &std::pair<char, std::size_t>::first);
  if (hex == std::end(kHex)) {
    return false;
  }
  rest.remove_prefix(1);
  const auto code = TakeDigits(rest, hex->second, 16);
  if (!code || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000 && kind != 'x')) {
    return false;
  }
  if (kind == 'x') {
    out += static_cast<char>(*code);
  } else {
    AppendUtf8(out, *code);
  }
  return true;
}

struct Symbol {
  std::string_view text;
  MatcherToken::Kind kind;
  MatchOp op;
};

// `=~` stands before `=`, which is its beginning.
constexpr Symbol kSymbols[] = {
    {"{", MatcherToken::Kind::kOpenBrace, MatchOp::kEqual},
    {"}", MatcherToken::Kind::kCloseBrace, MatchOp::kEqual},
    {",", MatcherToken::Kind::kComma, MatchOp::kEqual},
    {"=~", MatcherToken::Kind::kOperator, MatchOp::kRegex},
    {"=", MatcherToken::Kind::kOperator, MatchOp::kEqual},
    {"!=", MatcherToken::Kind::kOperator, MatchOp::kNotEqual},
    {"!~", MatcherToken::Kind::kOperator, MatchOp::kNotRegex},
};

}  // namespace

bool IsReservedInMatcher(char c) {
  return std::string_view("{}!=~,\\\"'` \t\n\r\f\v").find(c) != std::string_view::npos;
}

Result<MatcherToken> MatcherLexer::Peek() const {
  const std::size_t at = std::min(input_.find_first_not_of(kSpace, at_), input_.size());
  MatcherToken token;
  token.begin = column_ + CountCodePoints(input_.substr(at_, at - at_));
  const std::string_view rest = input_.substr(at);
  std::size_t length = 0;
  if (rest.starts_with('"')) {
    return Quoted(at);
  }
  for (const Symbol& symbol : kSymbols) {
    if (rest.starts_with(symbol.text)) {
      token.kind = symbol.kind;
      token.op = symbol.op;
      length = symbol.text.size();
      break;
    }
  }
  if (length == 0 && !rest.empty()) {
    token.kind = MatcherToken::Kind::kBare;
    while (length < rest.size() && !IsReservedInMatcher(rest[length])) {
      ++length;
    }
    if (length == 0) {
      return Fail(ErrorCode::kInvalidArgument,
                  "{}:{}: {}: invalid input",
                  token.begin,
                  token.begin + 1,
                  rest.front());
    }
  }
  token.text = rest.substr(0, length);
  token.end = token.begin + CountCodePoints(token.text);
  return token;
}

Result<MatcherToken> MatcherLexer::Quoted(std::size_t at) const {
  MatcherToken token;
  token.kind = MatcherToken::Kind::kQuoted;
  token.begin = column_ + CountCodePoints(input_.substr(at_, at - at_));
  std::size_t end = at + 1;
  while (end < input_.size() && input_[end] != '"') {
    end += input_[end] == '\\' ? 2 : 1;
  }
  token.text = input_.substr(at, end + 1 - at);
  token.end = token.begin + CountCodePoints(token.text);
  if (end >= input_.size()) {
    return Fail(ErrorCode::kInvalidArgument,
                "{}:{}: {}: missing end \"",
                token.begin,
                token.end,
                token.text);
  }
  return token;
}

void MatcherLexer::Take(const MatcherToken& token) {
  // An end token's text may be empty and without a place.
  at_ = token.text.empty()
            ? input_.size()
            : static_cast<std::size_t>(token.text.data() - input_.data()) + token.text.size();
  column_ = token.end;
}

Result<std::string> UnquoteGoString(std::string_view quoted) {
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  std::string text;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\n' || (c == '\\' && !TakeEscape(rest, text))) {
      return Fail(ErrorCode::kInvalidArgument, "{}: invalid input", quoted);
    }
    if (c != '\\') {
      text += c;
    }
  }
  if (!IsValidUtf8(text)) {
    return Fail(ErrorCode::kInvalidArgument, "{}: invalid input", quoted);
  }
  return text;
}

}  // namespace sidewatch::alerts
