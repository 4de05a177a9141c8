#pragma once

#include <string>
#include <vector>

#include "exporter/promql/ast.h"
#include "exporter/promql/duration_parser.h"
#include "exporter/promql/parser.h"
#include "exporter/promql/token_stream.h"

namespace sidewatch::promql {

bool StartsExpression(TokenKind kind);

/// The syntax of expressions, by recursive descent with precedence climbing. Types are not checked.
///
/// All functions return null or false after a mistake, which is in the token stream.
class ExpressionParser {
 public:
  /// Both must outlive the parser.
  ExpressionParser(TokenStream& tokens, const ParserOptions& options)
      : tokens_(tokens), options_(options) {}

  /// A whole expression, to its end.
  ExprPtr Parse();

 private:
  // expression_parser.cc: operators and what they apply to.
  ExprPtr Expression(int least_precedence);
  ExprPtr Combine(ExprPtr left, Binary binary);
  ExprPtr Operand();
  ExprPtr Signed();
  ExprPtr Primary();
  ExprPtr Literal();
  ExprPtr Parenthesised();
  ExprPtr Named();
  ExprPtr Selector(const Token* name, PositionRange position);
  ExprPtr Call(const Token& name);
  bool Arguments(std::vector<ExprPtr>& args);

  // expression_clauses.cc: what aggregations and binary operators carry along.
  ExprPtr Aggregation(const Token& op);
  bool AggregationParts(Aggregate& aggregate, std::vector<ExprPtr>& args);
  bool CheckArguments(const Token& op, std::vector<ExprPtr>& args, Aggregate& aggregate);
  bool GroupingClause(Aggregate& aggregate);
  bool Labels(std::vector<std::string>& labels);
  bool Included(std::vector<std::string>& labels);
  bool Label(std::vector<std::string>& labels);
  bool Matching(Binary& binary);
  bool Fills(VectorMatching& matching);
  bool FillValue(double& value);

  // expression_suffixes.cc: what follows a selector or subquery.
  ExprPtr WithSuffixes(ExprPtr expr);
  ExprPtr WithBrackets(ExprPtr expr);
  ExprPtr Range(ExprPtr expr, PositionRange brackets, ParsedDuration range);
  ExprPtr Steps(ExprPtr expr, ParsedDuration range);
  bool Offset(Expr& expr);
  bool At(Expr& expr);
  bool AtValue(const Expr& expr, AtModifier& at);
  bool Extension(Expr& expr);

  bool SignedNumber(double& value);

  /// Whether another level may stand above `child`. A mistake within it is the better message.
  bool Fits(Expr& child);

  TokenStream& tokens_;
  const ParserOptions& options_;
};

/// A node above children of that height.
ExprPtr MakeExpr(Expr::Node node, PositionRange position, int height_below = 0);

}  // namespace sidewatch::promql
