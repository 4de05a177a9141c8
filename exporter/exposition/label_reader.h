#pragma once

#include <optional>

#include <fmt/format.h>

#include "exporter/exposition/entry.h"
#include "exporter/exposition/lexer.h"

namespace sidewatch::exposition {

/// Whether a quoted string alone may name the metric inside the braces.
enum class BraceUse { kSeries, kExemplar };

namespace detail {

/// Takes the quoted string that stands alone as the metric's name.
template <typename Lexer>
bool TakeMetricName(Lexer& lexer, const RawText& name, BraceUse use, RawLabels& out) {
  if (use == BraceUse::kExemplar) {
    return lexer.FailUnexpected("expected label name", lexer.last());
  }
  if (out.metric.has_value()) {
    return lexer.FailParsing("metric name already set");
  }
  out.metric = name;
  out.escaped |= name.escaped;
  return true;
}

/// `="value"` after a label's name; `got` is the token after the name.
template <typename Lexer>
bool TakeLabelValue(Lexer& lexer, const RawText& name, Token got, RawLabels& out) {
  if (got != Token::kEqual) {
    return lexer.FailUnexpected("expected equal", got);
  }
  if (const Token value = lexer.LexLabelValue(); value != Token::kLabelValue) {
    return lexer.FailUnexpected("expected label value", value);
  }
  if (!lexer.token_is_utf8()) {
    std::string quoted;
    AppendQuoted(quoted, lexer.token());
    return lexer.FailPlain(fmt::format("invalid UTF-8 label value: {}", quoted));
  }
  out.labels.push_back({.name = name, .value = lexer.Quoted()});
  out.escaped |= name.escaped || out.labels.back().value.escaped;
  return true;
}

/// Takes one label, or the metric's name; `token` is its first token and becomes the one after it.
template <typename Lexer>
bool TakeItem(Lexer& lexer, BraceUse use, Token& token, RawLabels& out) {
  if (token != Token::kLabelName && token != Token::kQuoted) {
    return lexer.FailUnexpected("expected label name", token);
  }
  const bool quoted = token == Token::kQuoted;
  const RawText name = quoted ? lexer.Quoted() : RawText{.text = lexer.token()};
  token = lexer.LexLabel();
  if (quoted && (token == Token::kComma || token == Token::kBraceClose)) {
    return TakeMetricName(lexer, name, use, out);
  }
  if (!TakeLabelValue(lexer, name, token, out)) {
    return false;
  }
  token = lexer.LexLabel();
  return true;
}

}  // namespace detail

/// Reads what stands between braces, the closing one included; the opening one is already read.
///
/// `Lexer` has TakePlainLabel, LexLabel, LexLabelValue, `last` (the last token of either) and the
/// constant kCommaMayLack, all else is Cursor's. Returns false after an error, which the lexer
/// keeps.
template <typename Lexer>
bool ReadLabels(Lexer& lexer, BraceUse use, RawLabels& out) {
  while (lexer.TakePlainLabel(out.labels)) {
  }
  Token token = lexer.LexLabel();
  while (token != Token::kBraceClose) {
    if (!detail::TakeItem(lexer, use, token, out)) {
      return false;
    }
    if (token == Token::kComma) {
      token = lexer.LexLabel();
    } else if (!Lexer::kCommaMayLack && token != Token::kBraceClose) {
      return lexer.FailUnexpected("expected comma or brace close", token);
    }
  }
  return true;
}

}  // namespace sidewatch::exposition
