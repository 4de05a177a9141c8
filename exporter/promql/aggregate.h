#pragma once

#include <cstdint>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/promql/evaluator.h"

namespace sidewatch::promql {

/// The groups of an aggregation: which one each row is in, and their heads.
struct AggregateGroups {
  std::vector<std::uint32_t> of_row;
  std::vector<RowHead> heads;
};

/// Groups rows by labels alone, once for all steps.
AggregateGroups GroupRows(const Aggregate& aggregate, const std::vector<RowHead>& rows);

/// What an aggregation works on.
struct AggregateInput {
  Evaluator& evaluator;
  const Aggregate& aggregate;
  RowSourcePtr rows;
};

/// Runs one aggregation operator. The table of operators is in eval_aggregate.cc.
using AggregateEval = Result<RowSourcePtr> (*)(AggregateInput input);

// Those that fold each group into one series, reading rows one by one.
Result<RowSourcePtr> AggregateSum(AggregateInput input);
Result<RowSourcePtr> AggregateAvg(AggregateInput input);
Result<RowSourcePtr> AggregateMin(AggregateInput input);
Result<RowSourcePtr> AggregateMax(AggregateInput input);
Result<RowSourcePtr> AggregateCount(AggregateInput input);
Result<RowSourcePtr> AggregateGroup(AggregateInput input);
Result<RowSourcePtr> AggregateStddev(AggregateInput input);
Result<RowSourcePtr> AggregateStdvar(AggregateInput input);

// Those that choose among the series of each group.
Result<RowSourcePtr> AggregateTopk(AggregateInput input);
Result<RowSourcePtr> AggregateBottomk(AggregateInput input);
Result<RowSourcePtr> AggregateLimitk(AggregateInput input);
Result<RowSourcePtr> AggregateLimitRatio(AggregateInput input);

// Those that need all values of a group at once.
Result<RowSourcePtr> AggregateQuantile(AggregateInput input);
Result<RowSourcePtr> AggregateCountValues(AggregateInput input);

}  // namespace sidewatch::promql
