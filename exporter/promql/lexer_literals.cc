#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "exporter/model/label_set.h"
#include "exporter/promql/lexer.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {

/// What may stand between the digits of a number.
struct Lexer::Mark {
  std::string_view characters;
  std::string_view not_followed_by;
  bool only_once;
  bool may_end;   ///< The number may end with it.
  bool has_sign;  ///< A sign may follow.
  bool in_hex;    ///< Allowed in a hexadecimal number.
};

namespace {

constexpr std::string_view kDecimalDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

/// An escape that gives its value in digits; octal ones (of letter NUL) have no letter.
struct NumericEscape {
  char letter;
  std::size_t digits;
  char32_t base;
  char32_t largest;
};

constexpr char32_t kLargestRune = 0x10FFFF;
constexpr std::array kNumericEscapes = {
    NumericEscape{'x', 2, 16, 0xFF},
    NumericEscape{'u', 4, 16, kLargestRune},
    NumericEscape{'U', 8, 16, kLargestRune},
};
constexpr NumericEscape kOctalEscape = {'\0', 3, 8, 0xFF};
constexpr std::string_view kOneLetterEscapes = "abfnrtv\\";

constexpr bool IsSurrogate(char32_t rune) {
  return rune >= 0xD800 && rune < 0xE000;
}

/// `U+0063 'c'`, as Go's %#U: what stands in the quotes is not escaped, but left out if it is not
/// to be seen.
std::string NameFirstRune(std::string_view text) {
  const Rune rune = FirstRune(text);
  std::string name = fmt::format("U+{:04X}", static_cast<std::uint32_t>(rune.value));
  const bool escaped = QuoteFirstRune(text).starts_with("'\\");
  if (!escaped || rune.value == U'\\' || rune.value == U'\'') {
    name += fmt::format(" '{}'", text.substr(0, rune.bytes));
  }
  return name;
}

}  // namespace

Token Lexer::LexNumber() {
  return ScanNumber() ? Emit(TokenKind::kNumber) : Error("bad number syntax: " + Quoted(Scanned()));
}

Token Lexer::LexNumberOrDuration() {
  if (ScanNumber()) {
    return Emit(TokenKind::kNumber);
  }
  if (ScanRestOfDuration()) {
    return Emit(TokenKind::kDuration);
  }
  return Error("bad number or duration syntax: " + Quoted(Scanned()));
}

const Lexer::Mark* Lexer::FindMark(char c) {
  static constexpr std::array kMarks = {
      Mark{".", "_.", true, true, false, false},
      Mark{"eE", "._eE", true, false, true, true},
      Mark{"_", "._eE", false, false, false, true},
  };
  const auto* const found = std::ranges::find_if(
      kMarks, [c](const Mark& mark) { return mark.characters.find(c) != std::string_view::npos; });
  return found == kMarks.end() ? nullptr : &*found;
}

// Takes what looks like a number; the parser finds out if it is one. Where it fails decides how
// much of the text an error message shows.
bool Lexer::ScanNumber() {
  const std::size_t begin = pos_;
  // `x` repeats a value in series notation, so there are no hexadecimal numbers.
  const bool hex = language_ != Language::kSeries && Accept("0") && Accept("xX");
  if (hex) {
    Accept("_");
  }
  const std::string_view digits = hex ? kHexDigits : kDecimalDigits;
  Accept(".");
  Accept(digits);
  std::string seen;
  while (!AtEnd()) {
    const Mark* const mark = FindMark(Peek());
    if (mark == nullptr && !AcceptRun(digits)) {
      break;
    }
    if (mark != nullptr && !ScanMark(*mark, hex, seen)) {
      return false;
    }
  }
  const bool repeats = language_ == Language::kSeries && Peek() == 'x';
  return pos_ != begin && (repeats || !IsAlphanumeric(Peek()));
}

// `seen` collects the marks that were there before.
bool Lexer::ScanMark(const Mark& mark, bool hex, std::string& seen) {
  ++pos_;
  const char name = mark.characters.front();
  if (mark.only_once && seen.find(name) != std::string::npos) {
    return false;
  }
  seen += name;
  if (mark.has_sign) {
    Accept("+-");
  }
  const bool misplaced = (hex && !mark.in_hex) || (AtEnd() && !mark.may_end);
  return !Accept(mark.not_followed_by) && !misplaced;
}

// Behind a first number: a unit, then more numbers and units. Which units may follow each other is
// left to the duration's own parser.
bool Lexer::ScanRestOfDuration() {
  if (!Accept("smhdwy")) {
    return false;
  }
  Accept("s");
  while (AcceptRun(kDecimalDigits)) {
    if (!Accept("smhdw")) {
      return false;
    }
    Accept("s");
  }
  if (IsAlphanumeric(Peek())) {
    ++pos_;
    return false;
  }
  return true;
}

Token Lexer::LexString() {
  const char quote = Peek();
  ++pos_;
  while (Peek() != quote || AtEnd()) {
    if (AtEnd() || Peek() == '\n') {
      return Error("unterminated quoted string");
    }
    if (Accept("\\")) {
      if (std::string mistake = ScanEscape(quote); !mistake.empty()) {
        return Error(std::move(mistake));
      }
      continue;
    }
    const Rune rune = FirstRune(Rest());
    if (rune.value == kReplacementRune) {
      return Error("invalid UTF-8 rune");
    }
    pos_ += rune.bytes;
  }
  return EmitBytes(TokenKind::kString, 1);
}

Token Lexer::LexRawString() {
  ++pos_;
  while (Peek() != '`') {
    if (AtEnd()) {
      return Error("unterminated raw string");
    }
    const Rune rune = FirstRune(Rest());
    if (rune.value == kReplacementRune) {
      return Error("invalid UTF-8 rune");
    }
    pos_ += rune.bytes;
  }
  return EmitBytes(TokenKind::kString, 1);
}

// Behind the backslash. Returns the mistake, or nothing.
std::string Lexer::ScanEscape(char quote) {
  if (AtEnd()) {
    return "escape sequence not terminated";
  }
  const char letter = Peek();
  if (letter == quote || kOneLetterEscapes.find(letter) != std::string_view::npos) {
    ++pos_;
    return {};
  }
  const auto* const found = std::ranges::find(kNumericEscapes, letter, &NumericEscape::letter);
  const bool octal = DigitValue(letter) < kOctalEscape.base;
  if (found == kNumericEscapes.end() && !octal) {
    return "unknown escape sequence " + NameFirstRune(Rest());
  }
  const NumericEscape& escape = octal ? kOctalEscape : *found;
  pos_ += octal ? 0 : 1;
  char32_t value = 0;
  for (std::size_t i = 0; i < escape.digits; ++i) {
    if (AtEnd()) {
      return "escape sequence not terminated";
    }
    const unsigned digit = DigitValue(Peek());
    if (digit >= escape.base) {
      return fmt::format("illegal character {} in escape sequence", NameFirstRune(Rest()));
    }
    value = value * escape.base + digit;
    ++pos_;
  }
  return value > escape.largest || IsSurrogate(value)
             ? "escape sequence is an invalid Unicode code point"
             : "";
}

}  // namespace sidewatch::promql
