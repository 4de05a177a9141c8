#include "exporter/promql/expression_parser.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exporter/promql/function.h"
#include "exporter/promql/literal.h"
#include "exporter/promql/operators.h"
#include "exporter/promql/selector_parser.h"
#include "exporter/promql/type_check.h"

namespace sidewatch::promql {

using K = TokenKind;

bool StartsExpression(TokenKind kind) {
  switch (kind) {
    case K::kNumber:
    case K::kDuration:
    case K::kString:
    case K::kLeftParen:
    case K::kLeftBrace:
    case K::kAdd:
    case K::kSub:
      return true;
    default:
      return Info(kind).is_metric_name;
  }
}

ExprPtr MakeExpr(Expr::Node node, PositionRange position, int height_below) {
  return std::make_unique<Expr>(Expr{std::move(node), position, height_below + 1});
}

ExprPtr ExpressionParser::Parse() {
  if (tokens_.At(K::kEndOfInput)) {
    tokens_.Fail({}, "no expression found in input");
    return nullptr;
  }
  ExprPtr expr = Expression(0);
  if (expr && !tokens_.At(K::kEndOfInput)) {
    tokens_.Unexpected();
  }
  return tokens_.failed() ? nullptr : std::move(expr);
}

ExprPtr ExpressionParser::Expression(int least_precedence) {
  const TokenStream::Nesting nesting(tokens_);
  if (!nesting.ok()) {
    return nullptr;
  }
  ExprPtr left = Operand();
  while (left) {
    const OperatorInfo* const op = FindOperator(tokens_.Peek().kind);
    if (op == nullptr || op->precedence < least_precedence) {
      break;
    }
    tokens_.Take();
    Binary binary;
    binary.op = op->op;
    binary.matching.emplace();
    if (!Matching(binary)) {
      return nullptr;
    }
    binary.right = Expression(op->right_associative ? op->precedence : op->precedence + 1);
    left = binary.right ? Combine(std::move(left), std::move(binary)) : nullptr;
  }
  return left;
}

ExprPtr ExpressionParser::Combine(ExprPtr left, Binary binary) {
  if (!Fits(*left) || !Fits(*binary.right)) {
    return nullptr;
  }
  const PositionRange position{left->position.begin, binary.right->position.end};
  const bool fills = binary.matching->fill_left || binary.matching->fill_right;
  if (fills && !options_.fill_modifiers) {
    tokens_.Fail(position, "binop fill modifiers are experimental and not enabled");
    return nullptr;
  }
  const int height = std::max(left->height, binary.right->height);
  binary.left = std::move(left);
  return MakeExpr(std::move(binary), position, height);
}

ExprPtr ExpressionParser::Operand() {
  if (tokens_.At(K::kAdd) || tokens_.At(K::kSub)) {
    return Signed();
  }
  ExprPtr primary = Primary();
  return primary ? WithSuffixes(std::move(primary)) : nullptr;
}

ExprPtr ExpressionParser::Signed() {
  const Token sign = tokens_.Take();
  const bool minus = sign.kind == K::kSub;
  ExprPtr operand = Expression(kUnaryPrecedence + 1);
  if (!operand || !Fits(*operand)) {
    return nullptr;
  }
  if (auto* const number = std::get_if<NumberLiteral>(&operand->node)) {
    number->value = minus ? -number->value : number->value;
    operand->position.begin = sign.position.begin;
    return operand;
  }
  const PositionRange position{sign.position.begin, operand->position.end};
  const int height = operand->height;
  return MakeExpr(Unary{.minus = minus, .expr = std::move(operand)}, position, height);
}

ExprPtr ExpressionParser::Primary() {
  switch (tokens_.Peek().kind) {
    case K::kNumber:
    case K::kDuration:
    case K::kString:
      return Literal();
    case K::kLeftParen:
      return Parenthesised();
    case K::kLeftBrace:
      return Selector(nullptr, tokens_.Peek().position);
    default:
      return Named();
  }
}

ExprPtr ExpressionParser::Literal() {
  const Token token = tokens_.Take();
  if (token.kind == K::kString) {
    return MakeExpr(StringLiteral{Unquote(token.text)}, token.position);
  }
  NumberLiteral number{.is_duration = token.kind == K::kDuration};
  if (!ReadSeconds(tokens_, token, number.value)) {
    return nullptr;
  }
  return MakeExpr(number, token.position);
}

ExprPtr ExpressionParser::Parenthesised() {
  const Token open = tokens_.Take();
  ExprPtr inner = Expression(0);
  if (!inner || !tokens_.Expect(K::kRightParen) || !Fits(*inner)) {
    return nullptr;
  }
  const int height = inner->height;
  return MakeExpr(
      Paren{std::move(inner)}, {open.position.begin, tokens_.last().position.end}, height);
}

// A word may begin an aggregation, a call or a selector; what follows it decides.
ExprPtr ExpressionParser::Named() {
  if (!Info(tokens_.Peek().kind).is_metric_name) {
    tokens_.Unexpected();
    return nullptr;
  }
  const Token name = tokens_.Take();
  const bool has_paren = tokens_.At(K::kLeftParen);
  if (has_paren && Info(name.kind).is_call) {
    return Call(name);
  }
  if (FindAggregator(name.kind) != nullptr &&
      (has_paren || tokens_.At(K::kBy) || tokens_.At(K::kWithout))) {
    return Aggregation(name);
  }
  return Selector(&name, name.position);
}

ExprPtr ExpressionParser::Selector(const Token* name, PositionRange position) {
  VectorSelector selector;
  if (!ParseVectorSelector(tokens_, name, selector)) {
    return nullptr;
  }
  position.end = tokens_.last().position.end;
  return MakeExpr(std::move(selector), position);
}

ExprPtr ExpressionParser::Call(const Token& name) {
  std::vector<ExprPtr> args;
  if (!Arguments(args)) {
    return nullptr;
  }
  const Function* const function = FindFunction(name.text);
  if (function == nullptr) {
    tokens_.Fail(name.position, fmt::format("unknown function with name \"{}\"", name.text));
    return nullptr;
  }
  if (function->experimental && !options_.experimental_functions) {
    tokens_.Fail(name.position, fmt::format("function \"{}\" is not enabled", name.text));
    return nullptr;
  }
  int height = 0;
  for (const ExprPtr& arg : args) {
    height = std::max(height, arg->height);
  }
  return MakeExpr(promql::Call{.function = function, .args = std::move(args)},
                  {name.position.begin, tokens_.last().position.end},
                  height);
}

bool ExpressionParser::Arguments(std::vector<ExprPtr>& args) {
  if (!tokens_.Expect(K::kLeftParen)) {
    return false;
  }
  if (tokens_.Accept(K::kRightParen)) {
    return true;
  }
  do {
    // Whatever else stands there, Prometheus blames the comma.
    if (!args.empty() && !StartsExpression(tokens_.Peek().kind)) {
      return tokens_.Fail(tokens_.last().position,
                          "trailing commas not allowed in function call args");
    }
    args.push_back(Expression(0));
    if (!args.back() || !Fits(*args.back())) {
      return false;
    }
  } while (tokens_.Accept(K::kComma));
  return tokens_.Expect(K::kRightParen);
}

bool ExpressionParser::Fits(Expr& child) {
  if (child.height < kDeepestTree) {
    return true;
  }
  if (const std::optional<ParseError> mistake = CheckTypes(child, tokens_.text())) {
    return tokens_.Fail(mistake->position, mistake->message);
  }
  return tokens_.Fail(child.position,
                      fmt::format("expression has more than {} levels", kDeepestTree));
}

}  // namespace sidewatch::promql
