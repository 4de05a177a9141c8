#pragma once

#include <string>

#include "exporter/promql/ast.h"

namespace sidewatch::promql {

// The parts of a printed expression that stand on a line of their own when it is split.

/// `sum by (a) `: everything in front of the parenthesis.
void PrintAggregateHead(std::string& out, const Aggregate& node);

/// `+ on (a) group_left (b)`.
void PrintOperator(std::string& out, const Binary& node);

/// `[5m:1m] @ 10.000 offset 1m`.
void PrintSubquerySuffix(std::string& out, const Subquery& node);

}  // namespace sidewatch::promql
