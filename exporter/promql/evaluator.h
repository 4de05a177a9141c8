#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/promql/ast.h"
#include "exporter/promql/query_context.h"
#include "exporter/promql/range_source.h"
#include "exporter/promql/rows.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {

/// Evaluates expressions at the steps of one grid. Subqueries make evaluators of their own.
class Evaluator {
 public:
  Evaluator(QueryContext& context, const StepGrid& grid) : context_(context), grid_(grid) {}

  QueryContext& context() { return context_; }

  const StepGrid& grid() const { return grid_; }

  /// Whether anybody looks at the metric name of the rows.
  enum class Names { kMatter, kDoNotMatter };

  /// For expressions of type instant vector. Where names do not matter, those that were to be taken
  /// away may still be there, as long as no two rows become the same without.
  Result<RowSourcePtr> Vector(const Expr& expr, Names names = Names::kMatter);
  /// For expressions of type scalar: one value a step.
  Result<std::vector<double>> Scalar(const Expr& expr);
  /// For expressions of type range vector.
  Result<std::unique_ptr<RangeSource>> Range(const Expr& expr);

  /// Takes the name away from all rows of `source`, at once or, with delayed name removal, at the
  /// end; and then sees to it that no two rows are the same.
  Result<RowSourcePtr> DropNames(RowSourcePtr source,
                                 Names names = Names::kMatter,
                                 EqualRows equal = EqualRows::kJoin);

 private:
  Result<RowSourcePtr> VectorOf(const Expr& expr, Names names);
  Result<RowSourcePtr> CallVector(const Expr& expr, const Call& call, Names names);
  Result<std::vector<double>> CallScalar(const Expr& expr, const Call& call);

  QueryContext& context_;
  StepGrid grid_;
};

/// The expression inside all parentheses.
const Expr& Unwrap(const Expr& expr);

/// The text of a string literal, which the parser made sure of.
const std::string& StringOf(const Expr& expr);

/// True if the value cannot differ between evaluation times: all selectors are fixed by `@`.
bool IsStepInvariant(const Expr& expr);

// One per kind of node; see the file of the same name.
Result<RowSourcePtr> EvalSelector(Evaluator& evaluator, const VectorSelector& selector);
/// The times of the samples that the selector takes, in seconds.
Result<RowSourcePtr> EvalSelectorTimes(Evaluator& evaluator, const VectorSelector& selector);
Result<RowSourcePtr> EvalBinary(Evaluator& evaluator, const Expr& expr, const Binary& binary);
Result<std::vector<double>> EvalScalarBinary(Evaluator& evaluator, const Binary& binary);
Result<RowSourcePtr> EvalVectorMatching(Evaluator& evaluator, const Binary& binary);
Result<RowSourcePtr> EvalSetOperator(Evaluator& evaluator, const Binary& binary);
Result<RowSourcePtr> EvalAggregate(Evaluator& evaluator,
                                   const Expr& expr,
                                   const Aggregate& aggregate);
Result<std::unique_ptr<RangeSource>> EvalMatrixSelector(Evaluator& evaluator,
                                                        const MatrixSelector& selector);
Result<std::unique_ptr<RangeSource>> EvalSubquery(Evaluator& evaluator, const Subquery& subquery);

}  // namespace sidewatch::promql
