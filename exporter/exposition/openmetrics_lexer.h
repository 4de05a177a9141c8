#pragma once

#include "exporter/exposition/lexer.h"

namespace sidewatch::exposition {

/// Tokens of OpenMetrics. Exactly one blank stands before a value or a timestamp and is part of the
/// token; nowhere else is one allowed. Each function is one state of Prometheus' lexer; at the end
/// of the page they give kEof and leave the last token where it was.
class OpenMetricsLexer : public Cursor {
 public:
  static constexpr bool kCommaMayLack = false;

  using Cursor::Cursor;

  Token last() const { return last_; }

  bool TakePlainLabel(std::vector<RawLabel>& out) {
    return Cursor::TakePlainLabel<scan::QuotedStops::kLineFeed>(out);
  }

  Token LexStart();
  Token LexMetaName();
  Token LexMetaText();
  Token LexAfterName();
  Token LexLabel();
  Token LexLabelValue();
  Token LexTimestamp();

  Token LexExemplarLabel();
  /// A label's value or, after the closing brace, the exemplar's.
  Token LexExemplarValue();
  Token LexExemplarTimestamp();

 private:
  Token LexComment();
  Token LexKeyword();
  Token LexPunctuation();
  /// A blank and what follows it up to the next blank or line feed.
  Token LexWord(Token token);

  Token Last(Token token) { return last_ = token; }

  Token last_ = Token::kInvalid;
};

/// The same lexer while it stands in an exemplar's braces, for ReadLabels.
class ExemplarLexer {
 public:
  static constexpr bool kCommaMayLack = false;

  explicit ExemplarLexer(OpenMetricsLexer& lexer) : lexer_(lexer) {}

  Token last() const { return lexer_.last(); }

  /// Exemplars are rare: they take the long way.
  static bool TakePlainLabel(const std::vector<RawLabel>& /*out*/) { return false; }

  Token LexLabel() { return lexer_.LexExemplarLabel(); }

  Token LexLabelValue() { return lexer_.LexExemplarValue(); }

  std::string_view token() const { return lexer_.token(); }

  RawText Quoted() const { return lexer_.Quoted(); }

  bool token_is_utf8() const { return lexer_.token_is_utf8(); }

  bool FailUnexpected(std::string_view expected, Token got) {
    return lexer_.FailUnexpected(expected, got);
  }

  bool FailParsing(std::string_view problem) { return lexer_.FailParsing(problem); }

  bool FailPlain(std::string message) { return lexer_.FailPlain(std::move(message)); }

 private:
  OpenMetricsLexer& lexer_;
};

}  // namespace sidewatch::exposition
