#include <algorithm>
#include <array>

#include "exporter/base/check.h"
#include "exporter/promql/aggregate.h"
#include "exporter/promql/grouper.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

struct AggregateRow {
  AggregateOp op;
  AggregateEval eval;
  bool keeps_labels = false;  ///< Results have the labels of rows, and not of groups.
};

constexpr std::array kOperators = {
    AggregateRow{AggregateOp::kSum, &AggregateSum},
    AggregateRow{AggregateOp::kAvg, &AggregateAvg},
    AggregateRow{AggregateOp::kMin, &AggregateMin},
    AggregateRow{AggregateOp::kMax, &AggregateMax},
    AggregateRow{AggregateOp::kCount, &AggregateCount},
    AggregateRow{AggregateOp::kGroup, &AggregateGroup},
    AggregateRow{AggregateOp::kStddev, &AggregateStddev},
    AggregateRow{AggregateOp::kStdvar, &AggregateStdvar},
    AggregateRow{AggregateOp::kTopk, &AggregateTopk, true},
    AggregateRow{AggregateOp::kBottomk, &AggregateBottomk, true},
    AggregateRow{AggregateOp::kQuantile, &AggregateQuantile},
    AggregateRow{AggregateOp::kCountValues, &AggregateCountValues, true},
    AggregateRow{AggregateOp::kLimitk, &AggregateLimitk, true},
    AggregateRow{AggregateOp::kLimitRatio, &AggregateLimitRatio, true},
};

bool NamesMetadata(const Aggregate& aggregate) {
  return std::ranges::any_of(aggregate.grouping, IsMetadataLabel);
}

}  // namespace

AggregateGroups GroupRows(const Aggregate& aggregate, const std::vector<RowHead>& rows) {
  AggregateGroups groups;
  groups.of_row.resize(rows.size());
  if (!aggregate.without && aggregate.grouping.empty()) {
    groups.heads.resize(rows.empty() ? 0 : 1);
    return groups;
  }
  Grouper grouper(aggregate.grouping,
                  aggregate.without ? Grouper::Labels::kAllButThese : Grouper::Labels::kOnlyThese);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::uint32_t group = grouper.Add(rows[row].labels);
    groups.of_row[row] = group;
    if (group == groups.heads.size()) {
      groups.heads.push_back({.labels = grouper.Common(rows[row].labels)});
    }
  }
  return groups;
}

Result<RowSourcePtr> EvalAggregate(Evaluator& evaluator,
                                   const Expr& /*expr*/,
                                   const Aggregate& aggregate) {
  const auto* const found = std::ranges::find(kOperators, aggregate.op, &AggregateRow::op);
  SW_CHECK(found != kOperators.end(), "an aggregation operator without a row");
  // Taking names away from all rows costs more than choosing among them.
  const bool chooses_few =
      (aggregate.op == AggregateOp::kTopk || aggregate.op == AggregateOp::kBottomk) &&
      !evaluator.context().options().delayed_name_removal;
  const bool reads_names = (found->keeps_labels && !chooses_few) || NamesMetadata(aggregate);
  SW_TRY_ASSIGN(
      RowSourcePtr rows,
      evaluator.Vector(*aggregate.expr,
                       reads_names ? Evaluator::Names::kMatter : Evaluator::Names::kDoNotMatter));
  return found->eval({.evaluator = evaluator, .aggregate = aggregate, .rows = std::move(rows)});
}

}  // namespace sidewatch::promql
