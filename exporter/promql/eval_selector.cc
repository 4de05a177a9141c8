// Instant selectors. A row is read once for the whole query, then one pass goes over its samples
// and the steps side by side.

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "exporter/model/sample.h"
#include "exporter/promql/evaluator.h"

namespace sidewatch::promql {
namespace {

using storage::SampleColumns;
using SharedSeries = std::shared_ptr<const storage::SeriesSet>;

class SelectorSource final : public RowSource {
 public:
  enum class Take { kValue, kTime };

  struct Options {
    StepGrid grid;
    ResolvedShift shift{};
    std::int64_t lookback = 0;
    Take take = Take::kValue;
  };

  SelectorSource(QueryContext& context, const Options& options, storage::SeriesSet series)
      : RowSource(options.grid.count),
        context_(context),
        options_(options),
        reach_(Reach(options)),
        series_(std::make_shared<const storage::SeriesSet>(std::move(series))) {
    heads_.reserve(series_->size());
    for (const auto& one : *series_) {
      heads_.push_back({.labels = one->labels()});
    }
  }

  std::unique_ptr<RowSource> Fork() override {
    return std::make_unique<SelectorSource>(context_, options_, series_);
  }

  /// Without heads, for Fork.
  SelectorSource(QueryContext& context, const Options& options, SharedSeries series)
      : RowSource(options.grid.count),
        context_(context),
        options_(options),
        reach_(Reach(options)),
        series_(std::move(series)) {}

  static storage::TimeRange Reach(const Options& options) {
    const std::int64_t first = options.shift.Apply(options.grid.start);
    const std::int64_t last = options.shift.Apply(options.grid.end());
    return {FromUnixMillis(first - options.lookback + 1), FromUnixMillis(last)};
  }

  Status Fill(std::size_t row, RowOut out) override {
    if (out.steps() == 1) {
      return FillRows(row, {out.values, out.present});
    }
    SW_TRY(FillAll(*(*series_)[row], out));
    if (context_.counts_samples()) {
      context_.CountSamples(out.present);
    }
    return {};
  }

  Status FillRows(std::size_t first, const RowsOut& out) override {
    if (steps() != 1) {
      return RowSource::FillRows(first, out);
    }
    const std::size_t rows = out.values.size();
    SW_TRY(context_.Poll(rows));
    SW_TRY(context_.CheckSamples(1));
    for (std::size_t i = 0; i < rows; ++i) {
      FillOne(*(*series_)[first + i], out.row(i));
    }
    return {};
  }

 private:
  void Put(std::int64_t at, double value, std::size_t step, RowOut out) const {
    out.Put(step, options_.take == Take::kValue ? value : static_cast<double>(at) / 1000);
  }

  void FillOne(const storage::Series& series, RowOut out) {
    const std::optional<Sample> newest = series.Newest(reach_, columns_);
    out.present[0] = 0;
    if (newest.has_value() && !IsStale(newest->value)) {
      Put(ToUnixMillis(newest->at), newest->value, 0, out);
    }
    if (context_.counts_samples()) {
      context_.CountSamples(out.present);
    }
  }

  Status FillAll(const storage::Series& series, RowOut out) {
    columns_.clear();
    series.Read(reach_, columns_);
    SW_TRY(context_.Poll(columns_.size() + out.steps()));
    SW_TRY(context_.CheckSamples(columns_.size()));
    std::size_t next = 0;
    for (std::size_t step = 0; step < out.steps(); ++step) {
      const std::int64_t time = options_.shift.Apply(options_.grid.At(step));
      while (next < columns_.size() && columns_.times[next] <= time) {
        ++next;
      }
      const bool found = next > 0 && columns_.times[next - 1] > time - options_.lookback &&
                         !IsStale(columns_.values[next - 1]);
      out.present[step] = 0;
      if (found) {
        Put(columns_.times[next - 1], columns_.values[next - 1], step, out);
      }
    }
    return {};
  }

  QueryContext& context_;
  Options options_;
  storage::TimeRange reach_;
  SharedSeries series_;
  SampleColumns columns_;
};

Status RefuseExtended(const VectorSelector& selector) {
  if (selector.anchored || selector.smoothed) {
    return Fail(ErrorCode::kInvalidArgument,
                "the {} modifier of selector \"{}\" is not supported; leave it out",
                selector.anchored ? "anchored" : "smoothed",
                selector.name);
  }
  return {};
}

/// Of `timestamp(x offset d @ t)` Prometheus loads what `d` before t can be seen and then looks at
/// it from t: only what both see is found.
void NarrowToUpstream(SelectorSource::Options& options) {
  options.lookback -= std::abs(options.shift.offset);
  options.shift.offset = std::max<std::int64_t>(options.shift.offset, 0);
}

Result<RowSourcePtr> Make(Evaluator& evaluator,
                          const VectorSelector& selector,
                          SelectorSource::Take take) {
  SW_TRY(RefuseExtended(selector));
  QueryContext& context = evaluator.context();
  SelectorSource::Options options{
      .grid = evaluator.grid(), .lookback = context.options().lookback_delta.count(), .take = take};
  SW_TRY_ASSIGN(options.shift, ResolveShift(context, selector.shift));
  if (take == SelectorSource::Take::kTime && options.shift.at) {
    NarrowToUpstream(options);
  }
  SW_TRY_ASSIGN(storage::SeriesSet series,
                context.queryable().Select(selector.matchers, SelectorSource::Reach(options)));
  return RowSourcePtr(std::make_unique<SelectorSource>(context, options, std::move(series)));
}

/// `selector[range]`.
class MatrixSelectorSource final : public RangeSource {
 public:
  struct Options {
    StepGrid grid;
    ResolvedShift shift{};
    std::int64_t range = 0;
  };

  MatrixSelectorSource(QueryContext& context, const Options& options, storage::SeriesSet series)
      : RangeSource(options.shift, options.range),
        context_(context),
        reach_(Reach(options)),
        series_(std::make_shared<const storage::SeriesSet>(std::move(series))) {
    heads_.reserve(series_->size());
    for (const auto& one : *series_) {
      heads_.push_back({.labels = one->labels()});
    }
  }

  /// Without heads, for Fork.
  MatrixSelectorSource(const MatrixSelectorSource& of, SharedSeries series)
      : RangeSource(of.shift(), of.range()),
        context_(of.context_),
        reach_(of.reach_),
        series_(std::move(series)) {}

  std::unique_ptr<RangeSource> Fork() override {
    return std::make_unique<MatrixSelectorSource>(*this, series_);
  }

  static storage::TimeRange Reach(const Options& options) {
    const std::int64_t first = options.shift.Apply(options.grid.start);
    const std::int64_t last = options.shift.Apply(options.grid.end());
    return {FromUnixMillis(first - options.range + 1), FromUnixMillis(last)};
  }

  Status Load(std::size_t row, SampleColumns& out) override {
    out.clear();
    (*series_)[row]->Read(reach_, out);
    SW_TRY(context_.Poll(out.size()));
    DropStale(out);
    SW_TRY(context_.ChargeSamples(out.size()));
    context_.ReleaseSamples(out.size());
    return {};
  }

 private:
  static void DropStale(SampleColumns& columns) {
    const auto first = std::ranges::find_if(columns.values, IsStale);
    auto kept = static_cast<std::size_t>(first - columns.values.begin());
    for (std::size_t i = kept; i < columns.size(); ++i) {
      if (!IsStale(columns.values[i])) {
        columns.times[kept] = columns.times[i];
        columns.values[kept] = columns.values[i];
        ++kept;
      }
    }
    columns.times.resize(kept);
    columns.values.resize(kept);
  }

  QueryContext& context_;
  storage::TimeRange reach_;
  SharedSeries series_;
};

}  // namespace

Result<RowSourcePtr> EvalSelector(Evaluator& evaluator, const VectorSelector& selector) {
  return Make(evaluator, selector, SelectorSource::Take::kValue);
}

Result<RowSourcePtr> EvalSelectorTimes(Evaluator& evaluator, const VectorSelector& selector) {
  return Make(evaluator, selector, SelectorSource::Take::kTime);
}

Result<std::unique_ptr<RangeSource>> EvalMatrixSelector(Evaluator& evaluator,
                                                        const MatrixSelector& selector) {
  const auto& inner = std::get<VectorSelector>(selector.selector->node);
  SW_TRY(RefuseExtended(inner));
  QueryContext& context = evaluator.context();
  MatrixSelectorSource::Options options{.grid = evaluator.grid()};
  SW_TRY_ASSIGN(options.range, ResolvePositive(context, selector.range_expr.get(), selector.range));
  SW_TRY_ASSIGN(options.shift, ResolveShift(context, inner.shift));
  SW_TRY_ASSIGN(storage::SeriesSet series,
                context.queryable().Select(inner.matchers, MatrixSelectorSource::Reach(options)));
  return std::unique_ptr<RangeSource>(
      std::make_unique<MatrixSelectorSource>(context, options, std::move(series)));
}

}  // namespace sidewatch::promql
