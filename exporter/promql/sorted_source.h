#pragma once

#include <functional>

#include "exporter/promql/evaluator.h"

namespace sidewatch::promql {

/// True if row `a` comes before row `b`; both are present.
using RowOrder = std::function<bool(const Matrix& rows, std::size_t a, std::size_t b)>;

/// The vector that is the first argument of `call`, in order. For a range query order means
/// nothing: the vector is left alone, with a warning.
Result<RowSourcePtr> SortRows(Evaluator& evaluator, const Expr& call, const RowOrder& order);

}  // namespace sidewatch::promql
