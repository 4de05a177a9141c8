#pragma once

#include <optional>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/promql/parser.h"

namespace sidewatch::promqltest {

/// The query with `@ at` on each selector and subquery that has none, outermost first; what is
/// below a subquery with `@` is left alone. Nothing: its result depends on the evaluation time
/// anyway.
Result<std::optional<std::string>> PutAt(const std::string& query,
                                         const promql::ParserOptions& options,
                                         TimePoint at);

}  // namespace sidewatch::promqltest
