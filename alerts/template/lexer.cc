#include "alerts/template/lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

constexpr std::string_view kLeftDelim = "{{";
constexpr std::string_view kRightDelim = "}}";
constexpr std::string_view kLeftComment = "/*";
constexpr std::string_view kRightComment = "*/";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kTrimMarker = 2;  // `- ` or ` -`.
constexpr std::string_view kDecimal = "0123456789_";
constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF_";

struct Keyword {
  std::string_view word;
  TokenKind kind;
};

constexpr std::array kKeywords = {
    Keyword{"block", TokenKind::kBlock},
    Keyword{"break", TokenKind::kBreak},
    Keyword{"continue", TokenKind::kContinue},
    Keyword{"define", TokenKind::kDefine},
    Keyword{"else", TokenKind::kElse},
    Keyword{"end", TokenKind::kEnd},
    Keyword{"false", TokenKind::kBool},
    Keyword{"if", TokenKind::kIf},
    Keyword{"nil", TokenKind::kNil},
    Keyword{"range", TokenKind::kRange},
    Keyword{"template", TokenKind::kTemplate},
    Keyword{"true", TokenKind::kBool},
    Keyword{"with", TokenKind::kWith},
};

struct Operator {
  char character;
  TokenKind kind;
};

constexpr std::array kOperators = {
    Operator{'=', TokenKind::kAssign},
    Operator{':', TokenKind::kDeclare},
    Operator{'|', TokenKind::kPipe},
    Operator{'(', TokenKind::kLeftParen},
    Operator{')', TokenKind::kRightParen},
};

bool IsSpace(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

/// The bytes of the letter, digit or underscore at the front; 0: something else stands there.
/// Every code point beyond Latin-1's blanks counts as a letter.
std::size_t AlphaNumeric(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const char c = text.front();
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') {
    return 1;
  }
  const CodePoint point = DecodeUtf8(text);
  const bool letter = point.value >= 0xc0 && point.value != 0xd7 && point.value != 0xf7 &&
                      (point.value < 0x2000 || point.value > 0x206f) && point.value < 0xe000 &&
                      point.value != 0x3000;
  return letter ? point.bytes : 0;
}

bool HasLeftTrim(std::string_view text) {
  return text.size() >= kTrimMarker && text[0] == '-' && IsSpace(text[1]);
}

bool HasRightTrim(std::string_view text) {
  return text.size() >= kTrimMarker && IsSpace(text[0]) && text[1] == '-';
}

std::size_t LeadingSpace(std::string_view text) {
  return std::min(text.find_first_not_of(kSpaces), text.size());
}

std::size_t TrailingSpace(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kSpaces);
  return last == std::string_view::npos ? text.size() : text.size() - last - 1;
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

}  // namespace

std::string Token::ToString() const {
  constexpr std::size_t kShown = 10;
  if (kind == TokenKind::kEof) {
    return "EOF";
  }
  if (kind == TokenKind::kError) {
    return text;
  }
  if (kind >= TokenKind::kDot) {
    return "<" + text + ">";
  }
  return text.size() > kShown ? Quoted(text.substr(0, kShown)) + "..." : Quoted(text);
}

void Lexer::Ignore() {
  line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(start_),
                                       text_.begin() + static_cast<std::ptrdiff_t>(position_),
                                       '\n'));
  start_ = position_;
  start_line_ = line_;
}

void Lexer::Emit(TokenKind kind, Token& out) {
  out.kind = kind;
  out.text = text_.substr(start_, position_ - start_);
  out.position = static_cast<std::uint32_t>(start_);
  out.line = start_line_;
  Ignore();
}

void Lexer::Fail(std::string message, Token& out) {
  failed_ = true;
  failure_ = {.kind = TokenKind::kError,
              .text = std::move(message),
              .position = static_cast<std::uint32_t>(start_),
              .line = start_line_};
  out = failure_;
}

Token Lexer::Next() {
  Token out;
  if (failed_) {
    return failure_;
  }
  if (!inside_action_ && LexText(out)) {
    return out;
  }
  if (!failed_) {
    LexInsideAction(out);
  }
  return failed_ ? failure_ : out;
}

/// Emits the text in front of the action that begins at `action`. False: there is none.
bool Lexer::EmitTextBefore(std::size_t action, bool trim, Token& out) {
  const std::size_t cut = trim ? TrailingSpace(text_.substr(position_, action - position_)) : 0;
  position_ = action - cut;
  const bool any = position_ > start_;
  if (any) {
    Emit(TokenKind::kText, out);
  }
  position_ = action;
  Ignore();
  return any;
}

/// Reads text up to an action, and the action's opening. False: failed.
bool Lexer::LexText(Token& out) {
  while (!failed_) {
    const std::size_t found = text_.find(kLeftDelim, position_);
    if (found == std::string_view::npos) {
      position_ = text_.size();
      Emit(position_ > start_ ? TokenKind::kText : TokenKind::kEof, out);
      return true;
    }
    const std::string_view after = text_.substr(found + kLeftDelim.size());
    const bool trim = HasLeftTrim(after);
    if (found > position_ && EmitTextBefore(found, trim, out)) {
      return true;
    }
    const std::size_t marker = trim ? kTrimMarker : 0;
    position_ = found + kLeftDelim.size();
    if (!after.substr(marker).starts_with(kLeftComment)) {
      Emit(TokenKind::kLeftDelim, out);
      position_ += marker;
      Ignore();
      inside_action_ = true;
      paren_depth_ = 0;
      return true;
    }
    position_ += marker;
    Ignore();
    LexComment();
  }
  return false;
}

void Lexer::LexComment() {
  Token ignored;
  const std::size_t end = text_.find(kRightComment, position_ + kLeftComment.size());
  if (end == std::string_view::npos) {
    Fail("unclosed comment", ignored);
    return;
  }
  position_ = end + kRightComment.size();
  bool trim = false;
  if (!AtRightDelim(trim)) {
    Fail("comment ends before closing delimiter", ignored);
    return;
  }
  position_ += kRightDelim.size() + (trim ? kTrimMarker : 0);
  position_ += trim ? LeadingSpace(Rest()) : 0;
  Ignore();
}

bool Lexer::AtRightDelim(bool& trim) const {
  trim = HasRightTrim(Rest()) && Rest().substr(kTrimMarker).starts_with(kRightDelim);
  return trim || Rest().starts_with(kRightDelim);
}

void Lexer::LexRightDelim(Token& out) {
  bool trim = false;
  AtRightDelim(trim);
  position_ += trim ? kTrimMarker : 0;
  Ignore();
  position_ += kRightDelim.size();
  Emit(TokenKind::kRightDelim, out);
  position_ += trim ? LeadingSpace(Rest()) : 0;
  Ignore();
  inside_action_ = false;
}

void Lexer::LexInsideAction(Token& out) {
  bool trim = false;
  if (AtRightDelim(trim)) {
    if (paren_depth_ > 0) {
      Fail("unclosed left paren", out);
    } else {
      LexRightDelim(out);
    }
    return;
  }
  if (Rest().empty()) {
    Fail("unclosed action", out);
    return;
  }
  const char c = Rest().front();
  const bool digit_next = Rest().size() > 1 && Rest()[1] >= '0' && Rest()[1] <= '9';
  if (IsSpace(c)) {
    LexSpace(out);
  } else if (c == '.' && !digit_next) {
    LexFieldOrVariable(TokenKind::kField, out);
  } else if (c == '$') {
    LexFieldOrVariable(TokenKind::kVariable, out);
  } else if (c == '.' || c == '+' || c == '-' || (c >= '0' && c <= '9')) {
    LexNumber(out);
  } else if (AlphaNumeric(Rest()) > 0) {
    LexWord(out);
  } else {
    LexQuoteOrOperator(out);
  }
}

void Lexer::LexQuoteOrOperator(Token& out) {
  switch (Rest().front()) {
    case '"':
      return LexQuote(out);
    case '`':
      return LexRawQuote(out);
    case '\'':
      return LexCharConstant(out);
    default:
      return LexOperator(out);
  }
}

void Lexer::LexOperator(Token& out) {
  const CodePoint point = DecodeUtf8(Rest());
  position_ += point.bytes;
  if (point.value < 0x20 || point.value > 0x7e) {
    Fail("unrecognized character in action: " + DescribeCodePoint(point.value), out);
    return;
  }
  const char c = static_cast<char>(point.value);
  const auto* row = std::ranges::find(kOperators, c, &Operator::character);
  const TokenKind kind = row == kOperators.end() ? TokenKind::kChar : row->kind;
  if (kind == TokenKind::kDeclare && !Accept("=")) {
    Fail("expected :=", out);
    return;
  }
  paren_depth_ += kind == TokenKind::kLeftParen ? 1 : 0;
  if (kind == TokenKind::kRightParen && --paren_depth_ < 0) {
    Fail("unexpected right paren", out);
    return;
  }
  Emit(kind, out);
}

void Lexer::LexSpace(Token& out) {
  const std::size_t count = LeadingSpace(Rest());
  position_ += count;
  // The last blank may belong to a trimming delimiter.
  if (HasRightTrim(text_.substr(position_ - 1)) &&
      text_.substr(position_ - 1 + kTrimMarker).starts_with(kRightDelim)) {
    --position_;
    if (count == 1) {
      if (paren_depth_ > 0) {
        Fail("unclosed left paren", out);
        return;
      }
      LexRightDelim(out);
      return;
    }
  }
  Emit(TokenKind::kSpace, out);
}

void Lexer::LexQuote(Token& out) {
  for (++position_; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == '\n') {
      break;
    }
    if (c == '"') {
      ++position_;
      Emit(TokenKind::kString, out);
      return;
    }
    if (c == '\\') {
      ++position_;
      if (position_ < text_.size() && text_[position_] == '\n') {
        break;
      }
    }
  }
  Fail("unterminated quoted string", out);
}

void Lexer::LexRawQuote(Token& out) {
  const std::size_t end = text_.find('`', position_ + 1);
  if (end == std::string_view::npos) {
    Fail("unterminated raw quoted string", out);
    return;
  }
  position_ = end + 1;
  Emit(TokenKind::kRawString, out);
}

void Lexer::LexCharConstant(Token& out) {
  for (++position_; position_ < text_.size() && text_[position_] != '\n'; ++position_) {
    if (text_[position_] == '\'') {
      ++position_;
      Emit(TokenKind::kCharConstant, out);
      return;
    }
    if (text_[position_] == '\\' && position_ + 1 < text_.size() && text_[position_ + 1] != '\n') {
      ++position_;
    }
  }
  Fail("unterminated character constant", out);
}

bool Lexer::Accept(std::string_view set) {
  if (Rest().empty() || set.find(Rest().front()) == std::string_view::npos) {
    return false;
  }
  ++position_;
  return true;
}

void Lexer::AcceptRun(std::string_view set) {
  while (Accept(set)) {
  }
}

/// The digits that may follow what stands for the base.
std::string_view Lexer::AcceptBase() {
  if (!Accept("0")) {
    return kDecimal;
  }
  return Accept("xX") ? kHexadecimal : Accept("oO") ? "01234567_" : Accept("bB") ? "01_" : kDecimal;
}

bool Lexer::ScanNumber() {
  Accept("+-");
  const std::string_view digits = AcceptBase();
  AcceptRun(digits);
  if (Accept(".")) {
    AcceptRun(digits);
  }
  const std::string_view exponent = digits == kDecimal ? "eE" : digits == kHexadecimal ? "pP" : "";
  if (Accept(exponent)) {
    Accept("+-");
    AcceptRun(kDecimal);
  }
  Accept("i");
  if (const std::size_t more = AlphaNumeric(Rest()); more > 0) {
    position_ += more;
    return false;
  }
  return true;
}

void Lexer::LexNumber(Token& out) {
  bool sound = ScanNumber();
  TokenKind kind = TokenKind::kNumber;
  if (sound && !Rest().empty() && (Rest().front() == '+' || Rest().front() == '-')) {
    kind = TokenKind::kComplex;
    sound = ScanNumber() && text_[position_ - 1] == 'i';
  }
  if (!sound) {
    Fail("bad number syntax: " + Quoted(text_.substr(start_, position_ - start_)), out);
    return;
  }
  Emit(kind, out);
}

bool Lexer::AtTerminator() const {
  constexpr std::string_view kTerminators = " \t\r\n.,|:)(";
  return Rest().empty() || kTerminators.find(Rest().front()) != std::string_view::npos ||
         Rest().starts_with(kRightDelim);
}

void Lexer::LexWord(Token& out) {
  while (const std::size_t bytes = AlphaNumeric(Rest())) {
    position_ += bytes;
  }
  if (!AtTerminator()) {
    Fail("bad character " + DescribeCodePoint(DecodeUtf8(Rest()).value), out);
    return;
  }
  const std::string_view word = text_.substr(start_, position_ - start_);
  const auto* keyword = std::ranges::find(kKeywords, word, &Keyword::word);
  Emit(keyword == kKeywords.end() ? TokenKind::kIdentifier : keyword->kind, out);
}

void Lexer::LexFieldOrVariable(TokenKind kind, Token& out) {
  ++position_;
  if (AtTerminator()) {
    Emit(kind == TokenKind::kVariable ? kind : TokenKind::kDot, out);
    return;
  }
  while (const std::size_t bytes = AlphaNumeric(Rest())) {
    position_ += bytes;
  }
  if (!AtTerminator()) {
    Fail("bad character " + DescribeCodePoint(DecodeUtf8(Rest()).value), out);
    return;
  }
  Emit(kind, out);
}

}  // namespace sidewatch::alerts::templates
