#include "exporter/promql/ast.h"

#include <array>

#include "exporter/promql/function.h"

namespace sidewatch::promql {
namespace {

constexpr std::array<std::string_view, 5> kTypeNames = {
    "none", "scalar", "instant vector", "range vector", "string"};

struct TypeVisitor {
  ValueType operator()(const NumberLiteral& /*node*/) const { return ValueType::kScalar; }

  ValueType operator()(const StringLiteral& /*node*/) const { return ValueType::kString; }

  ValueType operator()(const VectorSelector& /*node*/) const { return ValueType::kInstantVector; }

  ValueType operator()(const MatrixSelector& /*node*/) const { return ValueType::kRangeVector; }

  ValueType operator()(const Subquery& /*node*/) const { return ValueType::kRangeVector; }

  ValueType operator()(const Aggregate& /*node*/) const { return ValueType::kInstantVector; }

  ValueType operator()(const Call& node) const { return node.function->returns; }

  ValueType operator()(const Unary& node) const { return TypeOf(*node.expr); }

  ValueType operator()(const Paren& node) const { return TypeOf(*node.expr); }

  ValueType operator()(const Binary& node) const {
    // Chains grow to the left: the right side alone mostly decides.
    const bool scalars =
        TypeOf(*node.right) == ValueType::kScalar && TypeOf(*node.left) == ValueType::kScalar;
    return scalars ? ValueType::kScalar : ValueType::kInstantVector;
  }
};

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  return kTypeNames.at(static_cast<std::size_t>(type));
}

ValueType TypeOf(const Expr& expr) {
  return std::visit(TypeVisitor{}, expr.node);
}

}  // namespace sidewatch::promql
