#pragma once

#include <span>

#include "exporter/base/result.h"
#include "exporter/promql/rows.h"

namespace sidewatch::promql {

/// True for `__name__`, `__type__` and `__unit__`, which go together.
bool IsMetadataLabel(std::string_view name);

/// The set without those three.
LabelSet WithoutName(const LabelSet& labels);

/// True if no two of the heads can become equal by taking their names away, given that they are
/// different: they all have one name, and no other metadata.
bool HaveSameName(std::span<const RowHead> heads);

/// What becomes of rows of equal labels: all are errors, or those only whose steps overlap.
enum class EqualRows { kJoin, kRefuse };

/// Joins rows of equal labels whose steps do not overlap.
/// Errors: kInvalidArgument `vector cannot contain metrics with the same labelset` if they do, or
/// if they are to be refused; rows that are absent everywhere are none.
/// Cost: one sort of hashes; rows are read only if there are equal ones.
Result<RowSourcePtr> MergeEqualRows(QueryContext& context,
                                    RowSourcePtr source,
                                    EqualRows equal = EqualRows::kJoin);

/// Takes away the names that delayed name removal left, then does the same.
Result<RowSourcePtr> RemoveDelayedNames(QueryContext& context, RowSourcePtr source);

}  // namespace sidewatch::promql
