#pragma once

#include <span>

#include "exporter/promql/function.h"

namespace sidewatch::promql {

/// The rows by kind, each table beside what it runs. Functions() joins them.
std::span<const Function> HistogramFunctions();
std::span<const Function> LabelFunctions();
std::span<const Function> MathFunctions();
std::span<const Function> RangeFunctions();
std::span<const Function> TimeFunctions();
std::span<const Function> VectorFunctions();

}  // namespace sidewatch::promql
