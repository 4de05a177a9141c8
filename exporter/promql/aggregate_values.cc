// quantile and count_values: all values of a group are looked at together, step by step.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <unordered_map>

#include "exporter/promql/aggregate.h"
#include "exporter/promql/go_format.h"
#include "exporter/promql/grouper.h"
#include "exporter/promql/quantile.h"
#include "exporter/promql/row_reader.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

void FillQuantile(const Matrix& rows,
                  const std::vector<std::uint32_t>& members,
                  std::span<const double> quantiles,
                  RowOut out) {
  std::vector<double> values;
  for (std::size_t step = 0; step < out.steps(); ++step) {
    values.clear();
    for (const std::uint32_t row : members) {
      if (rows.view(row).present[step] != 0) {
        values.push_back(rows.view(row).values[step]);
      }
    }
    if (!values.empty()) {
      out.Put(step, Quantile(quantiles[step], values));
    }
  }
}

/// Counts each value of each group in a row of its own.
class ValueCounter {
 public:
  ValueCounter(Evaluator& evaluator, const Aggregate& aggregate)
      : label_(StringOf(*aggregate.param)),
        grouper_(Names(aggregate),
                 aggregate.without ? Grouper::Labels::kAllButThese : Grouper::Labels::kOnlyThese),
        one_group_(!aggregate.without && aggregate.grouping.empty()),
        result_(std::make_unique<Matrix>(evaluator.context(), evaluator.grid().count)) {}

  Status Add(const RowHead& head, RowView view) {
    if (!one_group_) {
      known_.clear();
    }
    for (std::size_t step = 0; step < view.values.size(); ++step) {
      if (view.present[step] == 0) {
        continue;
      }
      const double value = view.values[step];
      const auto found = known_.find(std::bit_cast<std::uint64_t>(value));
      std::uint32_t row = 0;
      if (found != known_.end()) {
        row = found->second;
        result_->mutable_heads()[row].drop_name |= head.drop_name;
      } else {
        SW_TRY_ASSIGN(row, RowOf(head, value));
        known_.emplace(std::bit_cast<std::uint64_t>(value), row);
      }
      const RowOut out = result_->row(row);
      out.Put(step, out.present[step] == 0 ? 1 : out.values[step] + 1);
    }
    return {};
  }

  RowSourcePtr Take() { return std::move(result_); }

 private:
  static std::vector<std::string> Names(const Aggregate& aggregate) {
    std::vector<std::string> names = aggregate.grouping;
    if (!aggregate.without) {
      names.push_back(StringOf(*aggregate.param));
    }
    return names;
  }

  Result<std::uint32_t> RowOf(const RowHead& head, double value) {
    const LabelSet labels = grouper_.Common(head.labels, {label_, FormatGoF(value)});
    const auto [found, is_new] =
        rows_.try_emplace(labels, static_cast<std::uint32_t>(result_->size()));
    if (is_new) {
      SW_TRY(result_->AddRow({.labels = labels}));
    }
    result_->mutable_heads()[found->second].drop_name |= head.drop_name;
    return found->second;
  }

  std::string label_;
  Grouper grouper_;
  const bool one_group_;  ///< The result's labels follow from the value alone.
  /// Rows by the bits of the value, as -0 and 0 are two: those of this series or of the one group.
  std::unordered_map<std::uint64_t, std::uint32_t> known_;
  std::unordered_map<LabelSet, std::uint32_t, LabelSetHash> rows_;  ///< By the result's labels.
  std::unique_ptr<Matrix> result_;
};

}  // namespace

Result<RowSourcePtr> AggregateQuantile(AggregateInput input) {
  QueryContext& context = input.evaluator.context();
  const Expr& param = *input.aggregate.param;
  SW_TRY_ASSIGN(const std::vector<double> quantiles, input.evaluator.Scalar(param));
  for (const double quantile : quantiles) {
    if (!(quantile >= 0 && quantile <= 1)) {
      context.annotations().InvalidQuantile(quantile, param.position);
    }
  }
  AggregateGroups groups = GroupRows(input.aggregate, input.rows->heads());
  SW_TRY_ASSIGN(std::unique_ptr<Matrix> rows, Materialise(context, std::move(input.rows)));
  std::vector<std::vector<std::uint32_t>> members(groups.heads.size());
  for (std::uint32_t row = 0; row < rows->size(); ++row) {
    members[groups.of_row[row]].push_back(row);
    if (rows->head(row).drop_name && rows->view(row).AnyPresent()) {
      groups.heads[groups.of_row[row]].drop_name = true;
    }
  }
  auto result = std::make_unique<Matrix>(context, rows->steps());
  for (std::size_t group = 0; group < members.size(); ++group) {
    SW_TRY(context.Poll(members[group].size() * rows->steps()));
    SW_TRY(result->AddRow(std::move(groups.heads[group])));
    FillQuantile(*rows, members[group], quantiles, result->row(group));
  }
  return RowSourcePtr(std::move(result));
}

Result<RowSourcePtr> AggregateCountValues(AggregateInput input) {
  const std::string& label = StringOf(*input.aggregate.param);
  if (!IsValidName(label)) {
    return Fail(ErrorCode::kInvalidArgument, "invalid label name {}", Quoted(label));
  }
  ValueCounter counter(input.evaluator, input.aggregate);
  SW_TRY(ReadRows(*input.rows, [&](std::size_t row, RowView view) {
    return counter.Add(input.rows->head(row), view);
  }));
  return counter.Take();
}

}  // namespace sidewatch::promql
