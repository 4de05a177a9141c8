#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

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

  /// Everything up to one of `stops`.
  void TakeUntil(std::string_view stops);

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
