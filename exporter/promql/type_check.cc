#include "exporter/promql/type_check.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "exporter/model/label_set.h"
#include "exporter/promql/function.h"
#include "exporter/promql/operators.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

using Mistake = std::optional<ParseError>;

template <typename... Args>
Mistake Found(PositionRange position, fmt::format_string<Args...> format, Args&&... args) {
  return ParseError{position, fmt::format(format, std::forward<Args>(args)...)};
}

/// Subqueries are refused with the names that values have in the API.
std::string_view ApiName(ValueType type) {
  switch (type) {
    case ValueType::kInstantVector:
      return "vector";
    case ValueType::kRangeVector:
      return "matrix";
    default:
      return ValueTypeName(type);
  }
}

bool IsValue(ValueType type) {
  return type == ValueType::kScalar || type == ValueType::kInstantVector;
}

class TypeChecker {
 public:
  explicit TypeChecker(std::string_view query) : query_(query) {}

  Mistake Check(Expr& expr) {
    return std::visit([&](auto& node) { return CheckNode(node, expr.position); }, expr.node);
  }

 private:
  static Mistake CheckNode(const NumberLiteral& /*node*/, PositionRange /*position*/) {
    return std::nullopt;
  }

  static Mistake CheckNode(const StringLiteral& /*node*/, PositionRange /*position*/) {
    return std::nullopt;
  }

  static Mistake CheckNode(const VectorSelector& node, PositionRange position);

  Mistake CheckNode(MatrixSelector& node, PositionRange /*position*/) {
    return Check(*node.selector);
  }

  Mistake CheckNode(Paren& node, PositionRange /*position*/) { return Check(*node.expr); }

  Mistake CheckNode(Subquery& node, PositionRange position);
  Mistake CheckNode(Unary& node, PositionRange position);
  Mistake CheckNode(Aggregate& node, PositionRange position);
  Mistake CheckNode(Call& node, PositionRange position);
  Mistake CheckNode(Binary& node, PositionRange position);

  static Mistake CheckCount(const Call& node, PositionRange position);
  static Mistake CheckLabelMatchers(const Call& node, PositionRange position);
  Mistake CheckOperator(const Binary& node) const;
  static Mistake CheckSides(const Binary& node);
  static Mistake SettleMatching(Binary& node, PositionRange position);
  static Mistake CheckSetMatching(const Binary& node, PositionRange position);
  PositionRange OperatorPosition(const Binary& node) const;
  Mistake Expect(Expr& expr, ValueType want, std::string_view context);

  std::string_view query_;
};

Mistake TypeChecker::CheckNode(const VectorSelector& node, PositionRange position) {
  if (node.name.empty()) {
    // A selector of everything is nearly always a slip.
    const bool selects =
        std::ranges::any_of(node.matchers, [](const Matcher& m) { return !m.Matches(""); });
    return selects ? std::nullopt
                   : Found(position, "vector selector must contain at least one non-empty matcher");
  }
  const auto name_matcher = node.matchers.end() - 1;
  const auto other = std::find_if(node.matchers.begin(), name_matcher, [](const Matcher& m) {
    return m.name() == kMetricName;
  });
  return other == name_matcher ? std::nullopt
                               : Found(position,
                                       "metric name must not be set twice: {} or {}",
                                       Quoted(node.name),
                                       Quoted(other->value()));
}

Mistake TypeChecker::CheckNode(Subquery& node, PositionRange position) {
  if (Mistake mistake = Check(*node.expr)) {
    return mistake;
  }
  const ValueType type = TypeOf(*node.expr);
  return type == ValueType::kInstantVector
             ? std::nullopt
             : Found(position,
                     "subquery is only allowed on instant vector, got {} instead",
                     ApiName(type));
}

Mistake TypeChecker::CheckNode(Unary& node, PositionRange position) {
  if (Mistake mistake = Check(*node.expr)) {
    return mistake;
  }
  const ValueType type = TypeOf(*node.expr);
  return IsValue(type) ? std::nullopt
                       : Found(position,
                               "unary expression only allowed on expressions of type scalar or "
                               "instant vector, got \"{}\"",
                               ValueTypeName(type));
}

Mistake TypeChecker::Expect(Expr& expr, ValueType want, std::string_view context) {
  if (Mistake mistake = Check(expr)) {
    return mistake;
  }
  const ValueType type = TypeOf(expr);
  return type == want ? std::nullopt
                      : Found(expr.position,
                              "expected type {} in {}, got {}",
                              ValueTypeName(want),
                              context,
                              ValueTypeName(type));
}

Mistake TypeChecker::CheckNode(Aggregate& node, PositionRange /*position*/) {
  if (Mistake mistake = Expect(*node.expr, ValueType::kInstantVector, "aggregation expression")) {
    return mistake;
  }
  return node.param ? Expect(*node.param, Info(node.op).parameter, "aggregation parameter")
                    : std::nullopt;
}

Mistake TypeChecker::CheckNode(Call& node, PositionRange position) {
  if (Mistake mistake = CheckCount(node, position)) {
    return mistake;
  }
  const bool has_matchers = node.function->takes_label_matchers && node.args.size() > 1;
  if (has_matchers) {
    if (Mistake mistake = CheckLabelMatchers(node, position)) {
      return mistake;
    }
  }
  const std::string context = fmt::format("call to function \"{}\"", node.function->name);
  const std::span<const ValueType> types = node.function->args;
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    if (has_matchers && i == 1) {
      continue;
    }
    // The last type stands for all further arguments.
    if (Mistake mistake = Expect(*node.args[i], types[std::min(i, types.size() - 1)], context)) {
      return mistake;
    }
  }
  return std::nullopt;
}

Mistake TypeChecker::CheckCount(const Call& node, PositionRange position) {
  const std::size_t got = node.args.size();
  const std::size_t wanted = node.function->args.size();
  const int variadic = node.function->variadic;
  constexpr std::string_view kCall = "argument(s) in call to";
  if (variadic == 0) {
    return got == wanted ? std::nullopt
                         : Found(position,
                                 "expected {} {} \"{}\", got {}",
                                 wanted,
                                 kCall,
                                 node.function->name,
                                 got);
  }
  const std::size_t least = wanted - 1;
  if (got < least) {
    return Found(
        position, "expected at least {} {} \"{}\", got {}", least, kCall, node.function->name, got);
  }
  const std::size_t most = variadic < 0 ? got : least + static_cast<std::size_t>(variadic);
  return got <= most ? std::nullopt
                     : Found(position,
                             "expected at most {} {} \"{}\", got {}",
                             most,
                             kCall,
                             node.function->name,
                             got);
}

// The second argument of info() is no selector but a set of matchers, which may be empty.
Mistake TypeChecker::CheckLabelMatchers(const Call& node, PositionRange position) {
  const Expr& matchers = *node.args[1];
  if (const ValueType type = TypeOf(matchers); type != ValueType::kInstantVector) {
    return Found(position,
                 "expected type {} in call to function \"{}\", got {}",
                 ValueTypeName(ValueType::kInstantVector),
                 node.function->name,
                 ValueTypeName(type));
  }
  const auto* const selector = std::get_if<VectorSelector>(&matchers.node);
  if (selector == nullptr) {
    return Found(matchers.position, "expected label selectors only");
  }
  return selector->name.empty()
             ? std::nullopt
             : Found(matchers.position,
                     "expected label selectors only, got vector selector instead");
}

Mistake TypeChecker::CheckNode(Binary& node, PositionRange position) {
  for (Expr* const side : {node.left.get(), node.right.get()}) {
    if (Mistake mistake = Check(*side)) {
      return mistake;
    }
  }
  if (Mistake mistake = CheckOperator(node)) {
    return mistake;
  }
  if (Mistake mistake = CheckSides(node)) {
    return mistake;
  }
  return SettleMatching(node, position);
}

Mistake TypeChecker::CheckOperator(const Binary& node) const {
  const bool comparison = Info(node.op).kind == OperatorKind::kComparison;
  if (node.return_bool && !comparison) {
    return Found(OperatorPosition(node), "bool modifier can only be used on comparison operators");
  }
  if (comparison && !node.return_bool && TypeOf(*node.left) == ValueType::kScalar &&
      TypeOf(*node.right) == ValueType::kScalar) {
    return Found(OperatorPosition(node), "comparisons between scalars must use BOOL modifier");
  }
  if (!node.matching || !node.matching->on) {
    return std::nullopt;
  }
  for (const std::string& label : node.matching->labels) {
    if (std::ranges::find(node.matching->include, label) != node.matching->include.end()) {
      return Found(OperatorPosition(node),
                   "label {} must not occur in ON and GROUP clause at once",
                   Quoted(label));
    }
  }
  return std::nullopt;
}

Mistake TypeChecker::CheckSides(const Binary& node) {
  for (const Expr* const side : {node.left.get(), node.right.get()}) {
    if (!IsValue(TypeOf(*side))) {
      return Found(side->position,
                   "binary expression must contain only scalar and instant vector types");
    }
  }
  return std::nullopt;
}

Mistake TypeChecker::SettleMatching(Binary& node, PositionRange position) {
  const bool set = Info(node.op).kind == OperatorKind::kSet;
  const bool vectors = TypeOf(*node.left) == ValueType::kInstantVector &&
                       TypeOf(*node.right) == ValueType::kInstantVector;
  if (vectors) {
    if (set && node.matching->card == MatchCardinality::kOneToOne) {
      node.matching->card = MatchCardinality::kManyToMany;
    }
    return set ? CheckSetMatching(node, position) : std::nullopt;
  }
  if (node.matching && !node.matching->labels.empty()) {
    return Found(position, "vector matching only allowed between instant vectors");
  }
  if (node.matching && (node.matching->fill_left || node.matching->fill_right)) {
    return Found(position, "filling in missing series only allowed between instant vectors");
  }
  node.matching.reset();
  return set ? Found(position,
                     "set operator \"{}\" not allowed in binary scalar expression",
                     Info(node.op).text)
             : std::nullopt;
}

Mistake TypeChecker::CheckSetMatching(const Binary& node, PositionRange position) {
  if (node.matching->card != MatchCardinality::kManyToMany) {
    return Found(position, "no grouping allowed for \"{}\" operation", Info(node.op).text);
  }
  return node.matching->fill_left || node.matching->fill_right
             ? Found(position, "filling in missing series not allowed for set operators")
             : std::nullopt;
}

// Between the sides, without the spaces around.
PositionRange TypeChecker::OperatorPosition(const Binary& node) const {
  PositionRange position{node.left->position.end, node.right->position.begin};
  while (position.begin < position.end && IsSpace(query_[position.begin])) {
    ++position.begin;
  }
  while (position.end > position.begin && IsSpace(query_[position.end - 1])) {
    --position.end;
  }
  return position;
}

}  // namespace

std::optional<ParseError> CheckTypes(Expr& expr, std::string_view query) {
  return TypeChecker(query).Check(expr);
}

}  // namespace sidewatch::promql
