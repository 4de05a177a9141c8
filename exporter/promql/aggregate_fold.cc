// Aggregations that fold every group into one series. Each row is read once and added to the cells
// of its group, one a step; no more than a row is in memory beside the cells.

#include <cmath>
#include <limits>

#include "exporter/promql/aggregate.h"
#include "exporter/promql/kahan.h"
#include "exporter/promql/row_reader.h"

namespace sidewatch::promql {
namespace {

struct SumCell : KahanSum {};

struct AvgCell : KahanMean {};

struct MinCell {
  double least = std::numeric_limits<double>::quiet_NaN();

  void Add(double value) {
    if (least > value || std::isnan(least)) {
      least = value;
    }
  }

  double Value() const { return least; }
};

struct MaxCell {
  double most = std::numeric_limits<double>::quiet_NaN();

  void Add(double value) {
    if (most < value || std::isnan(most)) {
      most = value;
    }
  }

  double Value() const { return most; }
};

struct CountCell {
  double count = 0;

  void Add(double /*value*/) { count += 1; }

  double Value() const { return count; }
};

struct GroupCell {
  void Add(double /*value*/) {}

  double Value() const { return 1; }
};

/// Welford's variance of a population.
struct VarianceCell {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void Add(double value) {
    count += 1;
    const double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }

  double Value() const { return squares / count; }
};

struct DeviationCell : VarianceCell {
  double Value() const { return std::sqrt(VarianceCell::Value()); }
};

template <typename Cell>
void AddPresent(const RowView& view, const RowOut& out, Cell* cells) {
  for (std::size_t step = 0; step < out.steps(); ++step) {
    if (view.present[step] != 0) {
      out.present[step] = 1;
      cells[step].Add(view.values[step]);
    }
  }
}

template <typename Cell>
Result<RowSourcePtr> Fold(AggregateInput input) {
  QueryContext& context = input.evaluator.context();
  AggregateGroups groups = GroupRows(input.aggregate, input.rows->heads());
  const std::size_t steps = input.rows->steps();
  auto result = std::make_unique<Matrix>(context, steps);
  for (RowHead& head : groups.heads) {
    SW_TRY(result->AddRow(std::move(head)));
  }
  std::vector<Cell> cells(result->size() * steps);
  SW_TRY(ReadRows(*input.rows, [&](std::size_t row, RowView view) -> Status {
    const std::uint32_t group = groups.of_row[row];
    AddPresent(view, result->row(group), &cells[group * steps]);
    if (input.rows->head(row).drop_name && view.AnyPresent()) {
      result->mutable_heads()[group].drop_name = true;
    }
    return {};
  }));
  for (std::size_t group = 0; group < result->size(); ++group) {
    const RowOut out = result->row(group);
    for (std::size_t step = 0; step < steps; ++step) {
      if (out.present[step] != 0) {
        out.values[step] = cells[group * steps + step].Value();
      }
    }
  }
  return RowSourcePtr(std::move(result));
}

}  // namespace

Result<RowSourcePtr> AggregateSum(AggregateInput input) {
  return Fold<SumCell>(std::move(input));
}

Result<RowSourcePtr> AggregateAvg(AggregateInput input) {
  return Fold<AvgCell>(std::move(input));
}

Result<RowSourcePtr> AggregateMin(AggregateInput input) {
  return Fold<MinCell>(std::move(input));
}

Result<RowSourcePtr> AggregateMax(AggregateInput input) {
  return Fold<MaxCell>(std::move(input));
}

Result<RowSourcePtr> AggregateCount(AggregateInput input) {
  return Fold<CountCell>(std::move(input));
}

Result<RowSourcePtr> AggregateGroup(AggregateInput input) {
  return Fold<GroupCell>(std::move(input));
}

Result<RowSourcePtr> AggregateStddev(AggregateInput input) {
  return Fold<DeviationCell>(std::move(input));
}

Result<RowSourcePtr> AggregateStdvar(AggregateInput input) {
  return Fold<VarianceCell>(std::move(input));
}

}  // namespace sidewatch::promql
