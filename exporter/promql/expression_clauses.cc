#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exporter/model/label_set.h"
#include "exporter/promql/expression_parser.h"
#include "exporter/promql/literal.h"
#include "exporter/promql/operators.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

using K = TokenKind;

constexpr std::string_view kGrouping = "grouping opts";

/// Whether one of the sides asked about has its fill already.
bool HasFill(const VectorMatching& matching, bool left, bool right) {
  return (left && matching.fill_left) || (right && matching.fill_right);
}

bool IsFill(TokenKind kind) {
  return kind == K::kFill || kind == K::kFillLeft || kind == K::kFillRight;
}

}  // namespace

ExprPtr ExpressionParser::Aggregation(const Token& op) {
  Aggregate aggregate;
  aggregate.op = FindAggregator(op.kind)->op;
  std::vector<ExprPtr> args;
  if (!AggregationParts(aggregate, args)) {
    tokens_.Explain("aggregation", "");
    return nullptr;
  }
  if (!CheckArguments(op, args, aggregate)) {
    return nullptr;
  }
  int height = aggregate.expr->height;
  if (aggregate.param) {
    height = std::max(height, aggregate.param->height);
  }
  return MakeExpr(std::move(aggregate), {op.position.begin, tokens_.last().position.end}, height);
}

// The grouping stands before the arguments or after them.
bool ExpressionParser::AggregationParts(Aggregate& aggregate, std::vector<ExprPtr>& args) {
  const bool grouped = !tokens_.At(K::kLeftParen);
  if (grouped && !GroupingClause(aggregate)) {
    return false;
  }
  if (!Arguments(args)) {
    return false;
  }
  const bool follows = !grouped && (tokens_.At(K::kBy) || tokens_.At(K::kWithout));
  return !follows || GroupingClause(aggregate);
}

bool ExpressionParser::CheckArguments(const Token& op,
                                      std::vector<ExprPtr>& args,
                                      Aggregate& aggregate) {
  const AggregatorInfo& info = Info(aggregate.op);
  const PositionRange position{op.position.begin, tokens_.last().position.end};
  if (args.empty()) {
    return tokens_.Fail(position, "no arguments for aggregate expression provided");
  }
  if (info.experimental && !options_.experimental_functions) {
    return tokens_.Fail(position,
                        fmt::format("{}() is experimental and must be enabled with "
                                    "--enable-feature=promql-experimental-functions",
                                    info.text));
  }
  const bool takes_parameter = info.parameter != ValueType::kNone;
  const std::size_t wanted = takes_parameter ? 2 : 1;
  if (args.size() != wanted) {
    return tokens_.Fail(position,
                        fmt::format("wrong number of arguments for aggregate expression provided, "
                                    "expected {}, got {}",
                                    wanted,
                                    args.size()));
  }
  aggregate.expr = std::move(args.back());
  if (takes_parameter) {
    aggregate.param = std::move(args.front());
  }
  return true;
}

bool ExpressionParser::GroupingClause(Aggregate& aggregate) {
  aggregate.without = tokens_.Take().kind == K::kWithout;
  return Labels(aggregate.grouping);
}

bool ExpressionParser::Labels(std::vector<std::string>& labels) {
  if (!tokens_.Expect(K::kLeftParen)) {
    return tokens_.Explain(kGrouping, "\"(\"");
  }
  while (!tokens_.Accept(K::kRightParen)) {
    if (!Label(labels)) {
      return false;
    }
    if (!tokens_.Accept(K::kComma) && !tokens_.At(K::kRightParen)) {
      tokens_.Unexpected();
      return tokens_.Explain(kGrouping, "\",\" or \")\"");
    }
  }
  return true;
}

bool ExpressionParser::Label(std::vector<std::string>& labels) {
  const bool quoted = tokens_.At(K::kString);
  if (!quoted && !Info(tokens_.Peek().kind).is_label_name) {
    tokens_.Unexpected();
    return tokens_.Explain(kGrouping, "label");
  }
  const Token token = tokens_.Take();
  labels.push_back(quoted ? Unquote(token.text) : token.text);
  if (!IsValidName(labels.back())) {
    return tokens_.Fail(token.position,
                        "invalid label name for grouping: " + Quoted(labels.back()));
  }
  return true;
}

// `bool`, then `on (…)` or `ignoring (…)`, then `group_left (…)` or `group_right (…)`, then fills.
bool ExpressionParser::Matching(Binary& binary) {
  VectorMatching& matching = *binary.matching;
  binary.return_bool = tokens_.Accept(K::kBool);
  if (tokens_.At(K::kOn) || tokens_.At(K::kIgnoring)) {
    matching.on = tokens_.Take().kind == K::kOn;
    if (!Labels(matching.labels)) {
      return false;
    }
    if (tokens_.At(K::kGroupLeft) || tokens_.At(K::kGroupRight)) {
      const bool left = tokens_.Take().kind == K::kGroupLeft;
      matching.card = left ? MatchCardinality::kManyToOne : MatchCardinality::kOneToMany;
      if (!Included(matching.include)) {
        return false;
      }
    }
  }
  return Fills(matching);
}

// The labels behind `group_left` may be missing, but then fills or a right side must begin.
bool ExpressionParser::Included(std::vector<std::string>& labels) {
  const TokenKind next = tokens_.Peek().kind;
  const bool missing = next != K::kLeftParen && (StartsExpression(next) || IsFill(next));
  return missing || Labels(labels);
}

// `fill (…)` for both sides, or either side once.
bool ExpressionParser::Fills(VectorMatching& matching) {
  for (;;) {
    const TokenKind kind = tokens_.Peek().kind;
    const bool left = kind == K::kFill || kind == K::kFillLeft;
    const bool right = kind == K::kFill || kind == K::kFillRight;
    if ((!left && !right) || HasFill(matching, left, right)) {
      return true;
    }
    double value = 0;
    if (!FillValue(value)) {
      return false;
    }
    matching.fill_left = left ? value : matching.fill_left;
    matching.fill_right = right ? value : matching.fill_right;
  }
}

bool ExpressionParser::FillValue(double& value) {
  tokens_.Take();
  return tokens_.Expect(K::kLeftParen) && SignedNumber(value) && tokens_.Expect(K::kRightParen);
}

bool ExpressionParser::SignedNumber(double& value) {
  const bool minus = tokens_.At(K::kSub);
  if (minus || tokens_.At(K::kAdd)) {
    tokens_.Take();
  }
  if (!tokens_.At(K::kNumber) && !tokens_.At(K::kDuration)) {
    return tokens_.Unexpected();
  }
  if (!ReadSeconds(tokens_, tokens_.Take(), value)) {
    return false;
  }
  value = minus ? -value : value;
  return true;
}

}  // namespace sidewatch::promql
