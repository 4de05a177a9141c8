#include "exporter/promql/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

using K = TokenKind;

struct Symbol {
  std::string_view text;
  TokenKind kind;
};

// Longer ones stand before their prefixes.
constexpr std::array kExpressionSymbols = {
    Symbol{"==", K::kEqual},
    Symbol{"!=", K::kNotEqual},
    Symbol{"<=", K::kLessEqual},
    Symbol{"</", K::kTrimUpper},
    Symbol{">=", K::kGreaterEqual},
    Symbol{">/", K::kTrimLower},
    Symbol{"=", K::kAssign},
    Symbol{"<", K::kLess},
    Symbol{">", K::kGreater},
    Symbol{"+", K::kAdd},
    Symbol{"-", K::kSub},
    Symbol{"*", K::kMul},
    Symbol{"/", K::kDiv},
    Symbol{"%", K::kMod},
    Symbol{"^", K::kPow},
    Symbol{",", K::kComma},
    Symbol{"@", K::kAt},
};

constexpr std::array kBraceSymbols = {
    Symbol{"=~", K::kEqualRegex},
    Symbol{"=", K::kAssign},
    Symbol{"!~", K::kNotRegex},
    Symbol{"!=", K::kNotEqual},
    Symbol{",", K::kComma},
};

constexpr std::array kDurationSymbols = {
    Symbol{"+", K::kAdd},
    Symbol{"-", K::kSub},
    Symbol{"*", K::kMul},
    Symbol{"/", K::kDiv},
    Symbol{"%", K::kMod},
    Symbol{"^", K::kPow},
    Symbol{",", K::kComma},
};

const Symbol* FindSymbol(const auto& table, std::string_view text) {
  const auto found = std::ranges::find_if(
      table, [text](const Symbol& symbol) { return text.starts_with(symbol.text); });
  return found == table.end() ? nullptr : &*found;
}

bool IsDurationWord(const TokenInfo* info) {
  return info != nullptr && (info->kind == K::kStep || info->kind == K::kRange ||
                             info->kind == K::kMinOf || info->kind == K::kMaxOf);
}

}  // namespace

Token Lexer::Next() {
  start_ = pos_;
  switch (mode_) {
    case Mode::kExpression:
      return NextInExpression();
    case Mode::kBraces:
      return NextInBraces();
    case Mode::kDuration:
      return NextInDuration();
    case Mode::kSeriesValues:
      return NextInSeriesValues();
    case Mode::kHistogram:
      return NextInHistogram();
    case Mode::kBuckets:
      return NextInBuckets();
    case Mode::kFinished:
      break;
  }
  return Emit(K::kEndOfInput);
}

Token Lexer::NextInExpression() {
  SkipSpacesAndComments();
  if (AtEnd()) {
    return LexEnd();
  }
  if (AtNumber()) {
    return LexNumberOrDuration();
  }
  const char c = Peek();
  if (c == ':' && bracket_open_) {
    return LexColonInBrackets();
  }
  if (IsAlpha(c) || c == ':') {
    return bracket_open_ ? LexWordInBrackets() : LexWord();
  }
  switch (c) {
    case '"':
    case '\'':
      return LexString();
    case '`':
      return LexRawString();
    case '(':
      ++open_parens_;
      return EmitBytes(K::kLeftParen, 1);
    case ')':
      return LexCloseParen();
    case '{':
      mode_ = Mode::kBraces;
      return EmitBytes(K::kLeftBrace, 1);
    case '[':
      return LexOpenBracket();
    case ']':
      return LexCloseBracket();
    default:
      return LexSymbol();
  }
}

Token Lexer::LexEnd() {
  if (open_parens_ != 0) {
    return Error("unclosed left parenthesis");
  }
  if (bracket_open_) {
    return Error("unclosed left bracket");
  }
  mode_ = Mode::kFinished;
  return Emit(K::kEndOfInput);
}

Token Lexer::LexSymbol() {
  if (Rest().starts_with("=~")) {
    return Error("unexpected character after '=': '~'");
  }
  if (const Symbol* const symbol = FindSymbol(kExpressionSymbols, Rest())) {
    return EmitBytes(symbol->kind, symbol->text.size());
  }
  if (Peek() == '!') {
    return Error("unexpected character after '!': " + QuoteFirstRune(Rest().substr(1)));
  }
  return Error("unexpected character: " + QuoteFirstRune(Rest()));
}

Token Lexer::LexCloseParen() {
  Token token = EmitBytes(K::kRightParen, 1);
  if (open_parens_ == 0) {
    return Error("unexpected right parenthesis ')'");
  }
  --open_parens_;
  return token;
}

Token Lexer::LexOpenBracket() {
  if (bracket_open_) {
    return Error("unexpected left bracket '['");
  }
  bracket_open_ = true;
  seen_colon_ = false;
  seen_duration_ = false;
  mode_ = Mode::kDuration;
  return EmitBytes(K::kLeftBracket, 1);
}

Token Lexer::LexCloseBracket() {
  if (!bracket_open_) {
    return Error("unexpected right bracket ']'");
  }
  bracket_open_ = false;
  mode_ = Mode::kExpression;
  return EmitBytes(K::kRightBracket, 1);
}

Token Lexer::LexColonInBrackets() {
  if (seen_colon_) {
    return Error("unexpected colon ':'");
  }
  seen_colon_ = true;
  return EmitBytes(K::kColon, 1);
}

Token Lexer::LexWordInBrackets() {
  const std::string first = QuoteFirstRune(Rest());
  while (IsAlpha(Peek())) {
    ++pos_;
  }
  const TokenInfo* const info = FindWord(Scanned());
  if (IsDurationWord(info)) {
    seen_duration_ = true;
    return Emit(info->kind);
  }
  return Error(mode_ == Mode::kDuration
                   ? "unexpected character in duration expression: " + first
                   : fmt::format("unexpected character: {}, expected ':'", first));
}

Token Lexer::LexWord() {
  while (IsAlphanumeric(Peek()) || Peek() == ':') {
    ++pos_;
  }
  const std::string_view word = Scanned();
  if (language_ == Language::kSeries && Peek() != '{') {
    mode_ = Mode::kSeriesValues;
  }
  if (word.find(':') != std::string_view::npos) {
    return Emit(K::kMetricIdentifier);
  }
  if (EqualsIgnoringCase(word, "inf") || EqualsIgnoringCase(word, "nan")) {
    return Emit(K::kNumber);
  }
  const TokenInfo* const info = FindWord(word);
  if (info == nullptr) {
    return Emit(K::kIdentifier);
  }
  // Younger than the language, these are modifiers only before a parenthesis, else names.
  const bool needs_paren =
      info->kind == K::kFill || info->kind == K::kFillLeft || info->kind == K::kFillRight;
  const std::size_t next = input_.find_first_not_of(" \t\r\n", pos_);
  const bool has_paren = next != std::string_view::npos && input_[next] == '(';
  return Emit(needs_paren && !has_paren ? K::kIdentifier : info->kind);
}

Token Lexer::NextInDuration() {
  SkipSpaces();
  if (AtEnd()) {
    return Error("unexpected end of input in duration expression");
  }
  if (AtNumber()) {
    seen_duration_ = true;
    mode_ = Mode::kExpression;
    return LexNumberOrDuration();
  }
  if (IsAlpha(Peek())) {
    return LexWordInBrackets();
  }
  if (const Symbol* const symbol = FindSymbol(kDurationSymbols, Rest())) {
    return EmitBytes(symbol->kind, symbol->text.size());
  }
  switch (Peek()) {
    case '(':
      ++open_parens_;
      return EmitBytes(K::kLeftParen, 1);
    case ')':
      return LexCloseParen();
    case ']':
      return LexCloseBracket();
    case ':':
      if (!seen_duration_) {
        ++pos_;
        start_ = pos_;
        return Error("unexpected colon before duration in duration expression");
      }
      return LexColonInBrackets();
    default:
      return Error("unexpected character in duration expression: " + QuoteFirstRune(Rest()));
  }
}

Token Lexer::NextInBraces() {
  SkipSpacesAndComments();
  if (AtEnd()) {
    return Error("unexpected end of input inside braces");
  }
  if (IsAlpha(Peek())) {
    while (IsAlphanumeric(Peek())) {
      ++pos_;
    }
    return Emit(K::kIdentifier);
  }
  if (const Symbol* const symbol = FindSymbol(kBraceSymbols, Rest())) {
    return EmitBytes(symbol->kind, symbol->text.size());
  }
  switch (Peek()) {
    case '"':
    case '\'':
      return LexString();
    case '`':
      return LexRawString();
    case '}':
      mode_ = language_ == Language::kSeries ? Mode::kSeriesValues : Mode::kExpression;
      return EmitBytes(K::kRightBrace, 1);
    case '{':
      return Error("unexpected left brace '{'");
    case '!':
      return Error("unexpected character after '!' inside braces: " +
                   QuoteFirstRune(Rest().substr(1)));
    default:
      return Error("unexpected character inside braces: " + QuoteFirstRune(Rest()));
  }
}

bool Lexer::Accept(std::string_view characters) {
  if (AtEnd() || characters.find(Peek()) == std::string_view::npos) {
    return false;
  }
  ++pos_;
  return true;
}

bool Lexer::AcceptRun(std::string_view characters) {
  const std::size_t before = pos_;
  while (Accept(characters)) {
  }
  return pos_ != before;
}

void Lexer::SkipSpaces() {
  AcceptRun(" \t\r\n");
  start_ = pos_;
}

void Lexer::SkipSpacesAndComments() {
  SkipSpaces();
  while (Peek() == '#') {
    const std::size_t end = input_.find_first_of("\r\n", pos_);
    pos_ = std::min(end, input_.size());
    SkipSpaces();
  }
}

bool Lexer::AtNumber() const {
  return IsDigit(Peek()) || (Peek() == '.' && IsDigit(Peek(1)));
}

Token Lexer::Emit(TokenKind kind) {
  Token token{.kind = kind,
              .position = {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(pos_)},
              .text = std::string(Scanned())};
  start_ = pos_;
  return token;
}

Token Lexer::EmitBytes(TokenKind kind, std::size_t bytes) {
  pos_ += bytes;
  return Emit(kind);
}

Token Lexer::Error(std::string message) {
  mode_ = Mode::kFinished;
  return {
      .kind = K::kError,
      .position = {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(input_.size())},
      .text = std::move(message)};
}

}  // namespace sidewatch::promql
