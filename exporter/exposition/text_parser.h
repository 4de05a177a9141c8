#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/exposition/lexer.h"
#include "exporter/exposition/line_parser.h"

namespace sidewatch::exposition {

/// Tokens of the text format. Blanks and tabs between tokens are skipped.
class TextLexer : public Cursor {
 public:
  static constexpr bool kCommaMayLack = true;

  using Cursor::Cursor;

  Token last() const { return last_; }

  bool TakePlainLabel(std::vector<RawLabel>& out) {
    return Cursor::TakePlainLabel<scan::QuotedStops::kNone>(out);
  }

  Token LexStart();
  Token LexMetaName();
  Token LexMetaText();
  Token LexAfterName();
  Token LexLabel();
  Token LexLabelValue();
  Token LexTimestamp();

 private:
  void SkipBlanks();
  Token LexComment();

  Token Last(Token token) { return last_ = token; }

  Token last_ = Token::kInvalid;
};

/// Reads the text format 0.0.4 as Prometheus does.
class TextParser final : public LineParser {
 public:
  /// `page` must outlive the parser and its entries; a page whose last line does not end is copied.
  explicit TextParser(std::string_view page);

  Step Next(RawEntry& entry) override;

  const std::optional<Error>& error() const override { return lexer_.error(); }

  std::size_t entry_begin() const override { return lexer_.entry_begin(); }

  bool quotes_in_help() const override { return false; }

 private:
  bool ReadMeta(Token keyword, RawEntry& entry);
  bool ReadMetaText(Token keyword, RawEntry& entry);
  bool ReadComment(RawEntry& entry);
  bool ReadSample(Token first, RawEntry& entry);
  bool ReadValue(Token token, RawEntry& entry);
  bool ReadTimestamp(RawEntry& entry);

  std::string ended_;  // The page with the line feed that it lacked.
  TextLexer lexer_;
};

}  // namespace sidewatch::exposition
