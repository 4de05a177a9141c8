#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/promql/lexer.h"
#include "exporter/promql/parser.h"
#include "exporter/promql/token.h"

namespace sidewatch::promql {

/// How many levels a syntax tree may have, and how deep parentheses, calls, signs and powers may
/// stand in each other: what is read by recursion, each level of which takes several stack frames.
inline constexpr int kDeepestTree = 1000;
inline constexpr int kDeepestNesting = 500;

/// The tokens of a text with one token of look-ahead, and the first mistake found in it.
///
/// The look-ahead is read only when asked for: a mistake of the lexer further on must not come
/// before a mistake in what was read already.
///
/// A token that does not fit is reported with the innermost construct that was being read, as
/// Prometheus does: `Unexpected()` notes the token, and the first caller on the way out that has a
/// name for its construct adds it with `Explain()`.
class TokenStream {
 public:
  class Nesting;

  explicit TokenStream(std::string_view text,
                       Lexer::Language language = Lexer::Language::kExpression)
      : text_(text), lexer_(text, language) {}

  std::string_view text() const { return text_; }

  const Token& Peek();

  bool At(TokenKind kind) { return Peek().kind == kind; }

  Token Take();

  /// Takes the next token if it is of that kind.
  bool Accept(TokenKind kind);

  /// Takes a token of that kind, or notes the one that stands there as unexpected.
  bool Expect(TokenKind kind);

  /// The token taken last.
  const Token& last() const { return last_; }

  /// Notes a mistake, unless there is one already. Always false, to be returned.
  bool Fail(PositionRange position, std::string message);

  /// The next token does not fit. Always false, to be returned.
  bool Unexpected();

  /// Where the unexpected token stands and what was wanted instead, unless that is known. Always
  /// false, to be returned.
  bool Explain(std::string_view context, std::string_view expected);

  bool failed() const { return mistake_.has_value(); }

  /// The first mistake. Only after a failure.
  const ParseError& mistake() const { return *mistake_; }

 private:
  std::string_view text_;
  Lexer lexer_;
  std::optional<Token> ahead_;
  Token last_;
  std::optional<ParseError> mistake_;
  bool explained_ = false;
  int depth_ = 0;
};

/// One level of nesting, for as long as it lives. A mistake is noted when there are too many.
class TokenStream::Nesting {
 public:
  explicit Nesting(TokenStream& tokens);

  ~Nesting() { --tokens_.depth_; }

  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  Nesting(Nesting&&) = delete;
  Nesting& operator=(Nesting&&) = delete;

  bool ok() const { return ok_; }

 private:
  TokenStream& tokens_;
  bool ok_;
};

}  // namespace sidewatch::promql
