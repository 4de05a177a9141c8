#include "exporter/promql/duration_parser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/promql/literal.h"
#include "exporter/promql/operators.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

using K = TokenKind;
using Kind = DurationExpr::Kind;
using DurationPtr = std::unique_ptr<DurationExpr>;

// Prometheus' durations are 64-bit nanoseconds.
constexpr double kNanosPerSecond = 1e9;
constexpr double kNanosPerMilli = 1e6;
constexpr double kLongestSeconds = 9223372036854775808.0 / kNanosPerSecond;

/// The calls that a duration may hold.
struct DurationCall {
  TokenKind token;
  Kind kind;
  bool has_arguments;
};

constexpr std::array kCalls = {
    DurationCall{K::kStep, Kind::kStep, false},
    DurationCall{K::kRange, Kind::kRange, false},
    DurationCall{K::kMinOf, Kind::kMinOf, true},
    DurationCall{K::kMaxOf, Kind::kMaxOf, true},
};

constexpr std::array kDurationOperators = {K::kAdd, K::kSub, K::kMul, K::kDiv, K::kMod, K::kPow};

struct ZeroDivision {
  BinaryOp op;
  std::string_view message;
};

constexpr std::array kZeroDivisions = {
    ZeroDivision{BinaryOp::kDiv, "division by zero"},
    ZeroDivision{BinaryOp::kMod, "modulo by zero"},
};

bool IsLiteral(const DurationExpr& duration) {
  return duration.kind == Kind::kNumber && !duration.parenthesised;
}

DurationPtr Make(Kind kind, PositionRange position) {
  auto duration = std::make_unique<DurationExpr>();
  duration->kind = kind;
  duration->position = position;
  return duration;
}

class DurationParser {
 public:
  DurationParser(TokenStream& tokens, const ParserOptions& options)
      : tokens_(tokens), options_(options) {}

  DurationPtr Arithmetic(int least_precedence);
  DurationPtr Offset();

 private:
  DurationPtr Operand();
  DurationPtr Literal();
  DurationPtr Call(const DurationCall& call);
  DurationPtr Parenthesised();
  DurationPtr Signed(const Token& sign, DurationPtr operand);
  DurationPtr Combine(const Token& token, DurationPtr left, DurationPtr right);
  bool RequireFeature(PositionRange position);

  bool AtSign() { return tokens_.At(K::kAdd) || tokens_.At(K::kSub); }

  TokenStream& tokens_;
  const ParserOptions& options_;
};

DurationPtr DurationParser::Arithmetic(int least_precedence) {
  const TokenStream::Nesting nesting(tokens_);
  if (!nesting.ok()) {
    return nullptr;
  }
  DurationPtr left = Operand();
  while (left) {
    const OperatorInfo* const op = FindOperator(tokens_.Peek().kind);
    const bool in_durations =
        op != nullptr && std::ranges::count(kDurationOperators, op->token) != 0;
    if (!in_durations || op->precedence < least_precedence) {
      break;
    }
    const Token token = tokens_.Take();
    DurationPtr right = Arithmetic(op->right_associative ? op->precedence : op->precedence + 1);
    if (!right) {
      return nullptr;
    }
    left = Combine(token, std::move(left), std::move(right));
  }
  return left;
}

DurationPtr DurationParser::Combine(const Token& token, DurationPtr left, DurationPtr right) {
  if (!RequireFeature(left->position)) {
    return nullptr;
  }
  const BinaryOp op = FindOperator(token.kind)->op;
  const auto* const division = std::ranges::find(kZeroDivisions, op, &ZeroDivision::op);
  if (division != kZeroDivisions.end() && IsLiteral(*right) && right->seconds == 0) {
    tokens_.Fail(token.position, std::string(division->message));
    return nullptr;
  }
  const int height = std::max(left->height, right->height) + 1;
  if (height > kDeepestTree) {
    tokens_.Fail(token.position,
                 fmt::format("duration expression has more than {} levels", kDeepestTree));
    return nullptr;
  }
  DurationPtr whole = Make(Kind::kBinary, {left->position.begin, right->position.end});
  whole->op = op;
  whole->height = height;
  whole->left = std::move(left);
  whole->right = std::move(right);
  return whole;
}

DurationPtr DurationParser::Operand() {
  if (AtSign()) {
    const Token sign = tokens_.Take();
    return Signed(sign, Arithmetic(kUnaryPrecedence + 1));
  }
  if (tokens_.At(K::kNumber) || tokens_.At(K::kDuration)) {
    return Literal();
  }
  if (tokens_.At(K::kLeftParen)) {
    return Parenthesised();
  }
  const auto* const call = std::ranges::find(kCalls, tokens_.Peek().kind, &DurationCall::token);
  if (call == kCalls.end()) {
    tokens_.Unexpected();
    return nullptr;
  }
  return Call(*call);
}

DurationPtr DurationParser::Offset() {
  if (!AtSign()) {
    return Operand();
  }
  const Token sign = tokens_.Take();
  if (AtSign()) {
    tokens_.Unexpected();
    return nullptr;
  }
  return Signed(sign, Operand());
}

DurationPtr DurationParser::Literal() {
  const Token token = tokens_.Take();
  DurationPtr literal = Make(Kind::kNumber, token.position);
  literal->is_duration = token.kind == K::kDuration;
  if (!ReadSeconds(tokens_, token, literal->seconds)) {
    return nullptr;
  }
  // Written so that NaN is refused too.
  if (!(std::fabs(literal->seconds) <= kLongestSeconds)) {
    tokens_.Fail(token.position, "duration out of range");
    return nullptr;
  }
  return literal;
}

DurationPtr DurationParser::Call(const DurationCall& call) {
  const Token name = tokens_.Take();
  DurationPtr whole = Make(call.kind, name.position);
  if (!tokens_.Expect(K::kLeftParen)) {
    return nullptr;
  }
  if (call.has_arguments) {
    whole->left = Arithmetic(0);
    if (!whole->left || !tokens_.Expect(K::kComma)) {
      return nullptr;
    }
    whole->right = Arithmetic(0);
    if (!whole->right) {
      return nullptr;
    }
    whole->height = std::max(whole->left->height, whole->right->height) + 1;
  }
  if (!tokens_.Expect(K::kRightParen)) {
    return nullptr;
  }
  whole->position.end = tokens_.last().position.end;
  if (!RequireFeature(whole->position)) {
    return nullptr;
  }
  return whole;
}

DurationPtr DurationParser::Parenthesised() {
  const Token open = tokens_.Take();
  DurationPtr inner = Arithmetic(0);
  if (!inner || !tokens_.Expect(K::kRightParen) || !RequireFeature(inner->position)) {
    return nullptr;
  }
  inner->parenthesised = true;
  return inner;
}

// A sign becomes part of a literal. Otherwise a plus changes nothing.
DurationPtr DurationParser::Signed(const Token& sign, DurationPtr operand) {
  if (!operand) {
    return nullptr;
  }
  const bool minus = sign.kind == K::kSub;
  if (IsLiteral(*operand)) {
    operand->seconds = minus ? -operand->seconds : operand->seconds;
    operand->position.begin = sign.position.begin;
    return operand;
  }
  if (!minus) {
    return operand;
  }
  DurationPtr whole = Make(Kind::kUnaryMinus, {sign.position.begin, operand->position.end});
  whole->height = operand->height + 1;  // Bounded by the nesting.
  whole->right = std::move(operand);
  return whole;
}

bool DurationParser::RequireFeature(PositionRange position) {
  return options_.duration_expressions ||
         tokens_.Fail(position, "experimental duration expression is not enabled");
}

Duration ToDuration(double seconds) {
  // Rounded to nanoseconds, then cut to milliseconds, the two steps that Prometheus takes.
  return Duration(
      static_cast<std::int64_t>(std::round(seconds * kNanosPerSecond) / kNanosPerMilli));
}

bool HandOver(DurationPtr parsed, ParsedDuration& duration) {
  if (!parsed) {
    return false;
  }
  if (IsLiteral(*parsed)) {
    duration.literal = ToDuration(parsed->seconds);
  } else {
    duration.expr = std::move(parsed);
  }
  return true;
}

}  // namespace

bool ParsePositiveDuration(TokenStream& tokens,
                           const ParserOptions& options,
                           ParsedDuration& duration) {
  DurationPtr parsed = DurationParser(tokens, options).Arithmetic(0);
  if (parsed && IsLiteral(*parsed) && parsed->seconds <= 0) {
    return tokens.Fail(parsed->position, "duration must be greater than 0");
  }
  return HandOver(std::move(parsed), duration);
}

bool ParseOffsetDuration(TokenStream& tokens,
                         const ParserOptions& options,
                         ParsedDuration& duration) {
  return HandOver(DurationParser(tokens, options).Offset(), duration);
}

bool ReadSeconds(TokenStream& tokens, const Token& token, double& seconds) {
  if (token.kind == K::kNumber) {
    const Result<double> number = ParseNumberLiteral(token.text);
    if (!number) {
      return tokens.Fail(token.position, "error parsing number: " + number.error().message);
    }
    seconds = *number;
    return true;
  }
  const Result<Duration> duration = ParseDuration(token.text);
  if (!duration) {
    return tokens.Fail(token.position, duration.error().message);
  }
  seconds = static_cast<double>(duration->count()) / 1000.0;
  return true;
}

}  // namespace sidewatch::promql
