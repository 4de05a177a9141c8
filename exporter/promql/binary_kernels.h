#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "exporter/promql/ast.h"

namespace sidewatch::promql {

/// One operator over whole rows. For comparisons the results are 0 or 1.
using RowKernel = void (*)(std::span<const double> left,
                           std::span<const double> right,
                           std::span<double> out);

/// What the engine knows of a binary operator on numbers.
struct NumberOperator {
  BinaryOp op;
  bool comparison = false;
  /// `out` may be either of the operands.
  RowKernel apply = nullptr;
};

/// Null for set operators and those of histograms.
const NumberOperator* FindNumberOperator(BinaryOp op);

}  // namespace sidewatch::promql
