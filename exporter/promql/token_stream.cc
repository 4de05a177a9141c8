#include "exporter/promql/token_stream.h"

#include <utility>

#include <fmt/format.h>

namespace sidewatch::promql {

const Token& TokenStream::Peek() {
  if (!ahead_) {
    ahead_ = lexer_.Next();
    if (ahead_->kind == TokenKind::kError) {
      Fail(ahead_->position, ahead_->text);
    }
  }
  return *ahead_;
}

Token TokenStream::Take() {
  Peek();
  last_ = *std::exchange(ahead_, std::nullopt);
  return last_;
}

bool TokenStream::Accept(TokenKind kind) {
  if (!At(kind)) {
    return false;
  }
  Take();
  return true;
}

bool TokenStream::Expect(TokenKind kind) {
  return Accept(kind) || Unexpected();
}

bool TokenStream::Fail(PositionRange position, std::string message) {
  if (!mistake_) {
    mistake_ = ParseError{position, std::move(message)};
    explained_ = true;
  }
  return false;
}

bool TokenStream::Unexpected() {
  const Token& token = Peek();
  if (!mistake_) {
    mistake_ = ParseError{token.position, "unexpected " + Describe(token)};
  }
  return false;
}

bool TokenStream::Explain(std::string_view context, std::string_view expected) {
  if (mistake_ && !explained_) {
    mistake_->message += fmt::format(" in {}", context);
    if (!expected.empty()) {
      mistake_->message += fmt::format(", expected {}", expected);
    }
    explained_ = true;
  }
  return false;
}

TokenStream::Nesting::Nesting(TokenStream& tokens)
    : tokens_(tokens), ok_(++tokens.depth_ <= kDeepestNesting) {
  if (!ok_) {
    tokens_.Fail(tokens_.last_.position,
                 fmt::format("expression is nested more than {} levels deep", kDeepestNesting));
  }
}

}  // namespace sidewatch::promql
