#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "exporter/model/label_set.h"
#include "exporter/promql/histogram_key.h"
#include "exporter/promql/lexer.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

constexpr std::array<std::string_view, 3> kValueWords = {"stale", "inf", "nan"};
constexpr std::array<std::string_view, 4> kResetHints = {"unknown", "reset", "not_reset", "gauge"};

bool IsOneOf(const auto& words, std::string_view word) {
  return std::ranges::any_of(
      words, [word](std::string_view candidate) { return EqualsIgnoringCase(word, candidate); });
}

bool IsNumberWord(std::string_view word) {
  return EqualsIgnoringCase(word, "inf") || EqualsIgnoringCase(word, "nan");
}

}  // namespace

Token Lexer::NextInSeriesValues() {
  if (AtEnd()) {
    return LexEnd();
  }
  if (Rest().starts_with("{{")) {
    mode_ = Mode::kHistogram;
    return EmitBytes(TokenKind::kOpenHistogram, 2);
  }
  if (IsSpace(Peek())) {
    return LexSpaces();
  }
  if (AtNumber()) {
    return LexNumber();
  }
  switch (Peek()) {
    case '+':
      return EmitBytes(TokenKind::kAdd, 1);
    case '-':
      return EmitBytes(TokenKind::kSub, 1);
    case 'x':
      return EmitBytes(TokenKind::kTimes, 1);
    case '_':
      return EmitBytes(TokenKind::kBlank, 1);
    default:
      return IsAlpha(Peek())
                 ? LexSeriesWord()
                 : Error("unexpected character in series sequence: " + QuoteFirstRune(Rest()));
  }
}

Token Lexer::LexSpaces() {
  Token token = EmitBytes(TokenKind::kSpace, 1);
  SkipSpaces();
  return token;
}

Token Lexer::LexSeriesWord() {
  while (IsAlphanumeric(Peek())) {
    // `stalex3`: the x ends the word.
    if (Peek() == 'x' && IsOneOf(kValueWords, Scanned())) {
      break;
    }
    ++pos_;
  }
  return Emit(IsNumberWord(Scanned()) ? TokenKind::kNumber : TokenKind::kIdentifier);
}

Token Lexer::NextInHistogram() {
  if (Rest().starts_with("}}")) {
    mode_ = Mode::kSeriesValues;
    return EmitBytes(TokenKind::kCloseHistogram, 2);
  }
  const char c = Peek();
  if (IsSpace(c)) {
    return LexSpaces();
  }
  if (IsAlpha(c)) {
    return LexHistogramWord();
  }
  if (IsDigit(c)) {
    return LexNumber();
  }
  switch (c) {
    case ':':
      return EmitBytes(TokenKind::kColon, 1);
    case '-':
      return EmitBytes(TokenKind::kSub, 1);
    case '[':
      mode_ = Mode::kBuckets;
      return EmitBytes(TokenKind::kLeftBracket, 1);
    default:
      return Error("histogram description incomplete unexpected: " + QuoteFirstRune(Rest()));
  }
}

Token Lexer::LexHistogramWord() {
  while (IsAlpha(Peek())) {
    ++pos_;
  }
  const std::string_view word = Scanned();
  if (FindHistogramKey(word) != nullptr) {
    return Peek() == ':' ? Emit(TokenKind::kHistogramKey)
                         : Error("missing `:` for histogram descriptor");
  }
  if (IsNumberWord(word)) {
    return Emit(TokenKind::kNumber);
  }
  if (IsOneOf(kResetHints, word)) {
    return Emit(TokenKind::kResetHint);
  }
  return Error("bad histogram descriptor found: " + Quoted(word));
}

Token Lexer::NextInBuckets() {
  const char c = Peek();
  if (IsSpace(c)) {
    return LexSpaces();
  }
  if (IsDigit(c)) {
    return LexNumber();
  }
  if (c == '-') {
    return EmitBytes(TokenKind::kSub, 1);
  }
  if (c == ']') {
    mode_ = Mode::kHistogram;
    return EmitBytes(TokenKind::kRightBracket, 1);
  }
  const std::string first = QuoteFirstRune(Rest());
  while (IsAlpha(Peek())) {
    ++pos_;
  }
  return IsNumberWord(Scanned()) ? Emit(TokenKind::kNumber)
                                 : Error("invalid character in buckets description: " + first);
}

}  // namespace sidewatch::promql
