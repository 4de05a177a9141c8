#pragma once

#include <cstddef>
#include <functional>

#include "exporter/base/result.h"
#include "exporter/promql/rows.h"

namespace sidewatch::promql {

/// What is done with one row. Lifetime: the view holds until it returns.
using TakeRow = std::function<Status(std::size_t row, RowView view)>;

/// Fills all rows of `source` and hands them out in their order, on the calling thread. Many rows
/// are filled by a second thread beside this one, if the source can be forked. Errors: the first of
/// a row or of `take`.
Status ReadRows(RowSource& source, const TakeRow& take);

}  // namespace sidewatch::promql
