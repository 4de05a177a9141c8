#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/promql/token.h"

namespace sidewatch::promql {

/// Cuts a query, or a line of series notation, into tokens.
///
/// What a character means depends on where it stands, so the lexer is always in one of a few modes:
/// outside of brackets, inside `{…}`, at the start of `[…]`, among the values of a series, inside
/// `{{…}}` and inside its `[…]`. Spaces and `#` comments are left out, except that a run of spaces
/// between series values is a token. Positions are bytes.
class Lexer {
 public:
  enum class Language : std::uint8_t { kExpression, kSeries };

  /// `input` must outlive the lexer.
  explicit Lexer(std::string_view input, Language language = Language::kExpression)
      : input_(input), language_(language) {}

  /// The next token. After kError or kEndOfInput only kEndOfInput follows.
  Token Next();

 private:
  enum class Mode : std::uint8_t {
    kExpression,
    kBraces,
    kDuration,
    kSeriesValues,
    kHistogram,
    kBuckets,
    kFinished,
  };

  // lexer.cc: expressions.
  Token NextInExpression();
  Token NextInBraces();
  Token NextInDuration();
  Token LexEnd();
  Token LexOpenBracket();
  Token LexCloseBracket();
  Token LexCloseParen();
  Token LexColonInBrackets();
  Token LexWordInBrackets();
  Token LexWord();
  Token LexSymbol();

  // lexer_literals.cc: numbers, durations and strings.
  Token LexNumber();
  Token LexNumberOrDuration();
  Token LexString();
  Token LexRawString();
  struct Mark;
  static const Mark* FindMark(char c);
  bool ScanNumber();
  bool ScanMark(const Mark& mark, bool hex, std::string& seen);
  bool ScanRestOfDuration();
  std::string ScanEscape(char quote);

  // lexer_series.cc: series notation.
  Token NextInSeriesValues();
  Token NextInHistogram();
  Token NextInBuckets();
  Token LexSpaces();
  Token LexSeriesWord();
  Token LexHistogramWord();

  bool AtEnd() const { return pos_ >= input_.size(); }

  /// A character further on, NUL behind the end.
  char Peek(std::size_t ahead = 0) const {
    return pos_ + ahead < input_.size() ? input_[pos_ + ahead] : '\0';
  }

  std::string_view Rest() const { return input_.substr(pos_); }

  std::string_view Scanned() const { return input_.substr(start_, pos_ - start_); }

  bool Accept(std::string_view characters);
  bool AcceptRun(std::string_view characters);
  void SkipSpaces();
  void SkipSpacesAndComments();
  bool AtNumber() const;

  Token Emit(TokenKind kind);
  Token EmitBytes(TokenKind kind, std::size_t bytes);
  Token Error(std::string message);

  std::string_view input_;
  Language language_;
  Mode mode_ = Mode::kExpression;
  std::size_t pos_ = 0;
  std::size_t start_ = 0;  ///< Where the token in work begins.
  std::size_t open_parens_ = 0;
  bool bracket_open_ = false;
  bool seen_colon_ = false;     ///< Since the last `[`.
  bool seen_duration_ = false;  ///< Since the last `[`.
};

}  // namespace sidewatch::promql
