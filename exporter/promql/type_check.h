#pragma once

#include <optional>
#include <string_view>

#include "exporter/promql/ast.h"
#include "exporter/promql/parser.h"

namespace sidewatch::promql {

/// Finds the first mistake in the types of `expr`, whose text is `query`.
///
/// Vector matching is settled on the way: dropped where a side is no vector, many-to-many for set
/// operators.
std::optional<ParseError> CheckTypes(Expr& expr, std::string_view query);

}  // namespace sidewatch::promql
