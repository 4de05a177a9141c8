// The syntax of Alertmanager since UTF-8 names:
//
//   list    = [ "{" ] [ matcher { "," matcher } [ "," ] ] [ "}" ]     both braces or none
//   matcher = text operator text                                     text: bare or quoted

#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "alerts/model/matcher_lexer.h"
#include "alerts/model/matcher_parser.h"

namespace sidewatch::alerts {
namespace {

using Kind = MatcherToken::Kind;

class Parser {
 public:
  explicit Parser(std::string_view input) : lexer_(input) {}

  Result<Matchers> Parse() {
    SW_TRY_ASSIGN(MatcherToken token, lexer_.Peek());
    if (token.kind == Kind::kOpenBrace) {
      braced_ = true;
      lexer_.Take(token);
      SW_TRY_ASSIGN(token, lexer_.Peek());
    }
    while (token.kind != Kind::kEnd && token.kind != Kind::kCloseBrace) {
      SW_TRY(TakeMatcher());
      SW_TRY_ASSIGN(
          token,
          PeekAs("expected a comma or close brace", {Kind::kComma, Kind::kCloseBrace, Kind::kEnd}));
      if (token.kind == Kind::kComma) {
        lexer_.Take(token);
        SW_TRY_ASSIGN(token,
                      PeekAs("expected a matcher or close brace after comma",
                             {Kind::kBare, Kind::kQuoted, Kind::kCloseBrace, Kind::kEnd}));
      }
    }
    SW_TRY(TakeClose(token));
    SW_TRY(PeekAs("expected end of input", {Kind::kEnd}));
    return std::move(matchers_);
  }

 private:
  /// The next token if it is one of `kinds`; else the error that ends in `expected`.
  Result<MatcherToken> PeekAs(std::string_view expected, std::initializer_list<Kind> kinds) {
    Result<MatcherToken> token = lexer_.Peek();
    if (!token) {
      return Fail(ErrorCode::kInvalidArgument, "{}: {}", token.error().message, expected);
    }
    for (const Kind kind : kinds) {
      if (token->kind == kind) {
        return token;
      }
    }
    if (token->kind == Kind::kEnd) {
      return Fail(ErrorCode::kInvalidArgument,
                  "{}:{}: end of input: {}",
                  token->begin,
                  token->end,
                  expected);
    }
    return Fail(ErrorCode::kInvalidArgument,
                "{}:{}: unexpected {}: {}",
                token->begin,
                token->end,
                token->text,
                expected);
  }

  static Result<std::string> TextOf(const MatcherToken& token) {
    if (token.kind == Kind::kBare) {
      return std::string(token.text);
    }
    Result<std::string> text = UnquoteGoString(token.text);
    if (!text) {
      return Fail(
          ErrorCode::kInvalidArgument, "{}:{}: {}", token.begin, token.end, text.error().message);
    }
    return text;
  }

  Result<std::string> TakeText(std::string_view expected) {
    SW_TRY_ASSIGN(const MatcherToken token, PeekAs(expected, {Kind::kBare, Kind::kQuoted}));
    lexer_.Take(token);
    return TextOf(token);
  }

  Status TakeMatcher() {
    SW_TRY_ASSIGN(const std::string name, TakeText("expected label name"));
    SW_TRY_ASSIGN(
        const MatcherToken op,
        PeekAs("expected an operator such as '=', '!=', '=~' or '!~'", {Kind::kOperator}));
    lexer_.Take(op);
    SW_TRY_ASSIGN(const std::string value, TakeText("expected label value"));
    Result<Matcher> matcher = Matcher::Create(op.op, name, value);
    if (!matcher) {
      return FailWith("failed to create matcher", std::move(matcher).error());
    }
    matchers_.push_back(*std::move(matcher));
    return {};
  }

  Status TakeClose(const MatcherToken& token) {
    const bool closes = token.kind == Kind::kCloseBrace;
    if (closes) {
      lexer_.Take(token);
    }
    if (braced_ && !closes) {
      return Fail(
          ErrorCode::kInvalidArgument, "0:{}: end of input: expected close brace", lexer_.column());
    }
    if (!braced_ && closes) {
      return Fail(ErrorCode::kInvalidArgument, "0:{}: }}: expected opening brace", lexer_.column());
    }
    return {};
  }

  MatcherLexer lexer_;
  bool braced_ = false;
  Matchers matchers_;
};

}  // namespace

Result<Matchers> ParseUtf8Matchers(std::string_view text) {
  return Parser(text).Parse();
}

Result<Matcher> ParseUtf8Matcher(std::string_view text) {
  SW_TRY_ASSIGN(Matchers matchers, ParseUtf8Matchers(text));
  if (matchers.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "no matchers");
  }
  if (matchers.size() > 1) {
    return Fail(ErrorCode::kInvalidArgument, "expected 1 matcher, found {}", matchers.size());
  }
  return std::move(matchers.front());
}

}  // namespace sidewatch::alerts
