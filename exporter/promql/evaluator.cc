#include "exporter/promql/evaluator.h"

#include <algorithm>

#include "exporter/base/check.h"
#include "exporter/promql/function.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

/// One value for all steps, from a source that was evaluated at the first one.
class BroadcastSource final : public RowSource {
 public:
  BroadcastSource(RowSourcePtr once, std::size_t steps)
      : RowSource(steps), once_(std::move(once)), buffer_(1) {
    heads_ = once_->TakeHeads();
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(once_->Fill(row, buffer_.out()));
    std::ranges::fill(out.values, buffer_.view().values[0]);
    std::ranges::fill(out.present, buffer_.view().present[0]);
    return {};
  }

 private:
  RowSourcePtr once_;
  RowBuffer buffer_;
};

class NegateSource final : public RowSource {
 public:
  explicit NegateSource(RowSourcePtr inner) : RowSource(inner->steps()), inner_(std::move(inner)) {
    heads_ = inner_->TakeHeads();
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(inner_->Fill(row, out));
    for (double& value : out.values) {
      value = -value;
    }
    return {};
  }

 private:
  RowSourcePtr inner_;
};

bool AllInvariant(const std::vector<ExprPtr>& exprs) {
  return std::ranges::all_of(exprs, [](const ExprPtr& expr) { return IsStepInvariant(*expr); });
}

bool IsInvariant(const NumberLiteral& /*node*/) {
  return true;
}

bool IsInvariant(const StringLiteral& /*node*/) {
  return true;
}

bool IsInvariant(const VectorSelector& node) {
  return node.shift.at.kind != AtModifier::Kind::kNone;
}

bool IsInvariant(const MatrixSelector& node) {
  return IsStepInvariant(*node.selector);
}

bool IsInvariant(const Subquery& node) {
  return node.shift.at.kind != AtModifier::Kind::kNone;
}

bool IsInvariant(const Call& node) {
  return !node.function->varies_with_time && AllInvariant(node.args);
}

bool IsInvariant(const Aggregate& node) {
  return IsStepInvariant(*node.expr) && (node.param == nullptr || IsStepInvariant(*node.param));
}

bool IsInvariant(const Binary& node) {
  return IsStepInvariant(*node.left) && IsStepInvariant(*node.right);
}

bool IsInvariant(const Unary& node) {
  return IsStepInvariant(*node.expr);
}

bool IsInvariant(const Paren& node) {
  return IsStepInvariant(*node.expr);
}

}  // namespace

const Expr& Unwrap(const Expr& expr) {
  const Expr* inner = &expr;
  while (const auto* paren = std::get_if<Paren>(&inner->node)) {
    inner = paren->expr.get();
  }
  return *inner;
}

const std::string& StringOf(const Expr& expr) {
  const auto* literal = std::get_if<StringLiteral>(&Unwrap(expr).node);
  SW_CHECK(literal != nullptr, "a string argument that is not a string literal");
  return literal->value;
}

bool IsStepInvariant(const Expr& expr) {
  return std::visit([](const auto& node) { return IsInvariant(node); }, expr.node);
}

Result<RowSourcePtr> Evaluator::Vector(const Expr& expr, Names names) {
  if (grid_.count > 1 && IsStepInvariant(expr)) {
    Evaluator once(context_, StepGrid{grid_.start, grid_.step, 1});
    SW_TRY_ASSIGN(RowSourcePtr source, once.VectorOf(expr, names));
    return RowSourcePtr(std::make_unique<BroadcastSource>(std::move(source), grid_.count));
  }
  return VectorOf(expr, names);
}

Result<RowSourcePtr> Evaluator::VectorOf(const Expr& expr, Names names) {
  SW_TRY(context_.Poll(grid_.count));
  SW_TRY(context_.ChargeRoom(grid_.count * (sizeof(double) + 1)));  // For a row on its way.
  const Expr& inner = Unwrap(expr);
  if (const auto* selector = std::get_if<VectorSelector>(&inner.node)) {
    return EvalSelector(*this, *selector);
  }
  if (const auto* call = std::get_if<Call>(&inner.node)) {
    return CallVector(inner, *call, names);
  }
  if (const auto* aggregate = std::get_if<Aggregate>(&inner.node)) {
    return EvalAggregate(*this, inner, *aggregate);
  }
  if (const auto* binary = std::get_if<Binary>(&inner.node)) {
    return EvalBinary(*this, inner, *binary);
  }
  const auto* unary = std::get_if<Unary>(&inner.node);
  SW_CHECK(unary != nullptr, "an expression of this kind is no instant vector");
  SW_TRY_ASSIGN(RowSourcePtr operand, Vector(*unary->expr));
  if (!unary->minus) {
    return operand;
  }
  return DropNames(std::make_unique<NegateSource>(std::move(operand)));
}

Result<std::vector<double>> Evaluator::Scalar(const Expr& expr) {
  SW_TRY(context_.Poll(grid_.count));
  SW_TRY(context_.ChargeRoom(grid_.count * sizeof(double)));
  const Expr& inner = Unwrap(expr);
  if (const auto* number = std::get_if<NumberLiteral>(&inner.node)) {
    return std::vector<double>(grid_.count, number->value);
  }
  if (const auto* call = std::get_if<Call>(&inner.node)) {
    return CallScalar(inner, *call);
  }
  if (const auto* binary = std::get_if<Binary>(&inner.node)) {
    return EvalScalarBinary(*this, *binary);
  }
  const auto* unary = std::get_if<Unary>(&inner.node);
  SW_CHECK(unary != nullptr, "an expression of this kind is no scalar");
  SW_TRY_ASSIGN(std::vector<double> values, Scalar(*unary->expr));
  if (unary->minus) {
    std::ranges::transform(values, values.begin(), std::negate());
  }
  return values;
}

Result<std::unique_ptr<RangeSource>> Evaluator::Range(const Expr& expr) {
  const Expr& inner = Unwrap(expr);
  if (const auto* selector = std::get_if<MatrixSelector>(&inner.node)) {
    return EvalMatrixSelector(*this, *selector);
  }
  const auto* subquery = std::get_if<Subquery>(&inner.node);
  SW_CHECK(subquery != nullptr, "an expression of this kind is no range vector");
  return EvalSubquery(*this, *subquery);
}

Result<RowSourcePtr> Evaluator::DropNames(RowSourcePtr source, Names names, EqualRows equal) {
  if (context_.options().delayed_name_removal) {
    for (RowHead& head : source->mutable_heads()) {
      head.drop_name = true;
    }
    return source;
  }
  const bool same_name = HaveSameName(source->heads());
  if (same_name && names == Names::kDoNotMatter) {
    // For those aggregations that show rows after all.
    for (RowHead& head : source->mutable_heads()) {
      head.drop_name = true;
    }
    return source;
  }
  for (RowHead& head : source->mutable_heads()) {
    head.labels = WithoutName(head.labels);
  }
  if (same_name) {
    return source;
  }
  return MergeEqualRows(context_, std::move(source), equal);
}

}  // namespace sidewatch::promql
