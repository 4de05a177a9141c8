// A subquery is its expression evaluated on a grid of its own, whose steps are multiples of the
// step since 1970, wherever the query starts. It covers the windows of all steps of the outer grid
// in one evaluation.

#include <algorithm>

#include "exporter/promql/evaluator.h"

namespace sidewatch::promql {
namespace {

class SubquerySource final : public RangeSource {
 public:
  struct Options {
    ResolvedShift shift;
    std::int64_t range = 0;
    StepGrid grid;
  };

  SubquerySource(QueryContext& context, const Options& options, std::unique_ptr<Matrix> rows)
      : RangeSource(options.shift, options.range),
        context_(context),
        grid_(options.grid),
        rows_(std::move(rows)) {
    heads_ = rows_->TakeHeads();
  }

  Status Load(std::size_t row, storage::SampleColumns& out) override {
    out.clear();
    const RowView view = rows_->view(row);
    SW_TRY(context_.Poll(view.values.size()));
    const auto size = static_cast<std::size_t>(std::ranges::count(view.present, 1));
    out.times.reserve(size);
    out.values.reserve(size);
    for (std::size_t step = 0; step < view.values.size(); ++step) {
      if (view.present[step] != 0) {
        out.times.push_back(grid_.At(step));
        out.values.push_back(view.values[step]);
      }
    }
    return {};
  }

 private:
  QueryContext& context_;
  StepGrid grid_;
  std::unique_ptr<Matrix> rows_;
};

/// The first multiple of `step` after `time`.
std::int64_t FirstMultipleAfter(std::int64_t time, std::int64_t step) {
  std::int64_t first = step * (time / step);
  if (first <= time) {
    first += step;
  }
  return first;
}

/// The expression at every step of `grid`, held in memory.
Result<std::unique_ptr<Matrix>> EvalInner(QueryContext& context,
                                          const StepGrid& grid,
                                          const Expr& expr) {
  const QueryContext::Mute mute(context);
  Evaluator inner(context, grid);
  if (TypeOf(expr) != ValueType::kScalar) {
    SW_TRY_ASSIGN(RowSourcePtr source, inner.Vector(expr));
    return Materialise(context, std::move(source));
  }
  SW_TRY_ASSIGN(const std::vector<double> values, inner.Scalar(expr));
  auto rows = std::make_unique<Matrix>(context, grid.count);
  SW_TRY(rows->AddRow({}));
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows->row(0).Put(i, values[i]);
  }
  return rows;
}

}  // namespace

Result<std::unique_ptr<RangeSource>> EvalSubquery(Evaluator& evaluator, const Subquery& subquery) {
  QueryContext& context = evaluator.context();
  SubquerySource::Options options;
  SW_TRY_ASSIGN(options.range, ResolvePositive(context, subquery.range_expr.get(), subquery.range));
  SW_TRY_ASSIGN(options.shift, ResolveShift(context, subquery.shift));
  std::int64_t step = 0;
  if (subquery.step_expr != nullptr) {
    SW_TRY_ASSIGN(step, ResolvePositive(context, subquery.step_expr.get(), subquery.step));
  } else {
    step = subquery.step.count();
  }
  if (step == 0) {
    step = context.options().default_subquery_step.count();
  }
  const std::int64_t end = options.shift.Apply(evaluator.grid().end());
  const std::int64_t begin = options.shift.Apply(evaluator.grid().start) - options.range;
  options.grid = {.start = FirstMultipleAfter(begin, step), .step = step, .count = 1};
  if (options.grid.start > end) {
    return std::unique_ptr<RangeSource>(std::make_unique<SubquerySource>(
        context, options, std::make_unique<Matrix>(context, options.grid.count)));
  }
  options.grid.count = static_cast<std::size_t>((end - options.grid.start) / step) + 1;
  // Refused before the first row of so many steps is allocated.
  SW_TRY(context.ChargeSamples(options.grid.count));
  context.ReleaseSamples(options.grid.count);
  SW_TRY_ASSIGN(std::unique_ptr<Matrix> rows, EvalInner(context, options.grid, *subquery.expr));
  return std::unique_ptr<RangeSource>(
      std::make_unique<SubquerySource>(context, options, std::move(rows)));
}

}  // namespace sidewatch::promql
