#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sidewatch::alerts::templates {

enum class TokenKind {
  kError,  ///< `text` is the complaint.
  kEof,
  kText,
  kLeftDelim,
  kRightDelim,
  kSpace,
  kAssign,
  kDeclare,
  kPipe,
  kLeftParen,
  kRightParen,
  kChar,  ///< Any other printable ASCII character, e.g. a comma.
  kString,
  kRawString,
  kCharConstant,
  kNumber,
  kComplex,
  kBool,
  kIdentifier,
  kField,     ///< `.name`
  kVariable,  ///< `$` or `$name`
  // From here on: words that messages write as <word>.
  kDot,
  kNil,
  kBlock,
  kBreak,
  kContinue,
  kDefine,
  kElse,
  kEnd,
  kIf,
  kRange,
  kTemplate,
  kWith,
};

struct Token {
  TokenKind kind = TokenKind::kEof;
  std::string text;
  std::uint32_t position = 0;  ///< Byte in the template's text.
  int line = 1;

  /// As error messages show it.
  std::string ToString() const;
};

/// Cuts a template into tokens, with the trimming of `{{-` and `-}}` done and comments gone.
class Lexer {
 public:
  /// `text` must outlive the lexer.
  explicit Lexer(std::string_view text) : text_(text) {}

  /// The next token; kError and kEof repeat for ever.
  Token Next();

 private:
  bool LexText(Token& out);
  bool EmitTextBefore(std::size_t action, bool trim, Token& out);
  void LexComment();
  void LexRightDelim(Token& out);
  void LexInsideAction(Token& out);
  void LexQuoteOrOperator(Token& out);
  void LexOperator(Token& out);
  void LexSpace(Token& out);
  void LexQuote(Token& out);
  void LexRawQuote(Token& out);
  void LexCharConstant(Token& out);
  void LexNumber(Token& out);
  void LexWord(Token& out);
  void LexFieldOrVariable(TokenKind kind, Token& out);
  bool ScanNumber();
  std::string_view AcceptBase();
  bool Accept(std::string_view set);
  void AcceptRun(std::string_view set);

  bool AtRightDelim(bool& trim) const;
  bool AtTerminator() const;

  std::string_view Rest() const { return text_.substr(position_); }

  void Emit(TokenKind kind, Token& out);
  void Fail(std::string message, Token& out);
  void Ignore();

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
  int line_ = 1;
  int start_line_ = 1;
  int paren_depth_ = 0;
  bool inside_action_ = false;
  bool failed_ = false;
  Token failure_;
};

}  // namespace sidewatch::alerts::templates
