#pragma once

#include "exporter/base/json_writer.h"
#include "exporter/promql/ast.h"

namespace sidewatch::api {

/// The syntax tree as /api/v1/parse_query gives it.
void WriteExpr(JsonWriter& json, const promql::Expr& expr);

}  // namespace sidewatch::api
