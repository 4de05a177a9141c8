#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/exposition/entry.h"
#include "exporter/exposition/scan.h"

namespace sidewatch::exposition {

enum class Token {
  kInvalid,
  kEof,
  kLineBreak,
  kHelp,
  kType,
  kUnit,
  kEofWord,
  kText,
  kComment,
  kMetricName,
  kQuoted,
  kBraceOpen,
  kBraceClose,
  kLabelName,
  kLabelValue,
  kComma,
  kEqual,
  kTimestamp,
  kValue,
};

/// The token's name in error messages.
std::string_view TokenName(Token token);

/// Where a lexer stands on a page, and the errors that it tells of the place.
///
/// `start` is where the last token begins and `pos` where it ends, or, after kInvalid, the byte
/// that did not fit: messages show the text up to and with the byte at `pos`.
class Cursor {
 public:
  /// `page` must outlive the cursor.
  explicit Cursor(std::string_view page) : page_(page) {}

  std::size_t pos() const { return pos_; }

  std::string_view page() const { return page_; }

  std::string_view token() const { return page_.substr(start_, pos_ - start_); }

  std::string_view Since(std::size_t from) const { return page_.substr(from, pos_ - from); }

  std::size_t start() const { return start_; }

  /// The last quoted token's text without the quotes.
  RawText Quoted() const {
    return {.text = page_.substr(start_ + 1, pos_ - start_ - 2), .escaped = escaped_};
  }

  bool token_is_utf8() const;

  void BeginEntry() { entry_ = pos_; }

  std::size_t entry_begin() const { return entry_; }

  /// Keeps the first error. All of these return false.
  bool FailUnexpected(std::string_view expected, Token got);
  bool FailParsing(std::string_view problem);
  bool FailPlain(std::string message);

  const std::optional<Error>& error() const { return error_; }

  /// As upstream's reader, whose buffer always gets a line feed at its end.
  void ShowLineFeedAtEnd() { line_feed_at_end_ = true; }

 protected:
  bool AtEnd() const { return pos_ >= page_.size(); }

  char Current() const { return page_[pos_]; }

  void StartToken() { start_ = pos_; }

  void Advance() { ++pos_; }

  Token Take(Token token) {
    ++pos_;
    return token;
  }

  void SkipTo(const char* at) { pos_ = static_cast<std::size_t>(at - page_.data()); }

  const char* here() const { return page_.data() + pos_; }

  const char* end() const { return page_.data() + page_.size(); }

  template <scan::Names kNames>
  Token TakeName(Token token) {
    SkipTo(scan::SkipName<kNames>(here() + 1, end()));
    return token;
  }

  /// The token of a text in double quotes; kInvalid if it does not end.
  template <scan::QuotedStops kStops>
  Token TakeQuoted(Token token);

  /// The short cut for nearly every label: takes `name="value",` (or without the comma before a
  /// closing brace) if that stands here and the value has neither escapes nor bytes over 127. Else
  /// takes nothing and returns false.
  template <scan::QuotedStops kStops>
  bool TakePlainLabel(std::vector<RawLabel>& out);

  /// Everything up to one of `stops`.
  void TakeUntil(const std::array<bool, 256>& stops) {
    while (!AtEnd() && !stops[static_cast<unsigned char>(Current())]) {
      ++pos_;
    }
  }

  /// Everything up to the next line feed or the end of the page.
  void TakeLine();

 private:
  std::string Shown(std::size_t from) const;

  std::string_view page_;
  std::size_t pos_ = 0;
  std::size_t start_ = 0;
  std::size_t entry_ = 0;
  bool escaped_ = false;
  bool non_ascii_ = false;
  bool line_feed_at_end_ = false;
  std::optional<Error> error_;
};

template <scan::QuotedStops kStops>
bool Cursor::TakePlainLabel(std::vector<RawLabel>& out) {
  const char* const name = here();
  if (AtEnd() || !scan::IsNameStart<scan::Names::kLabel>(*name)) {
    return false;
  }
  const char* const name_end = scan::SkipName<scan::Names::kLabel>(name + 1, end());
  constexpr std::ptrdiff_t kShortest = 4;  // `=""}`
  if (end() - name_end < kShortest || name_end[0] != '=' || name_end[1] != '"') {
    return false;
  }
  const char* const value = name_end + 2;
  bool non_ascii = false;
  const char* const value_end = scan::SkipQuoted<kStops>(value, end(), non_ascii);
  if (end() - value_end < 2 || *value_end != '"' || non_ascii ||
      (value_end[1] != ',' && value_end[1] != '}')) {
    return false;
  }
  out.push_back({.name = {.text = {name, static_cast<std::size_t>(name_end - name)}},
                 .value = {.text = {value, static_cast<std::size_t>(value_end - value)}}});
  SkipTo(value_end + (value_end[1] == ',' ? 2 : 1));
  return true;
}

template <scan::QuotedStops kStops>
Token Cursor::TakeQuoted(Token token) {
  escaped_ = false;
  non_ascii_ = false;
  ++pos_;
  while (true) {
    SkipTo(scan::SkipQuoted<kStops>(here(), end(), non_ascii_));
    if (AtEnd()) {
      return Token::kInvalid;
    }
    if (Current() == '"') {
      return Take(token);
    }
    if (Current() != '\\') {
      return Token::kInvalid;
    }
    escaped_ = true;
    ++pos_;
    if (AtEnd() || Current() == '\n') {
      return Token::kInvalid;
    }
    non_ascii_ |= (static_cast<unsigned char>(Current()) & 0x80U) != 0;
    ++pos_;
  }
}

}  // namespace sidewatch::exposition
