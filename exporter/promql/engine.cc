#include "exporter/promql/engine.h"

#include <algorithm>

#include "exporter/promql/evaluator.h"
#include "exporter/promql/query_context.h"
#include "exporter/promql/row_reader.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

Result<VectorValue> TakeVector(Evaluator& evaluator, const Expr& expr) {
  SW_TRY_ASSIGN(RowSourcePtr rows, evaluator.Vector(expr));
  SW_TRY_ASSIGN(rows, RemoveDelayedNames(evaluator.context(), std::move(rows)));
  VectorValue vector;
  vector.reserve(rows->size());
  const auto take = [&](std::size_t row, RowView view) -> Status {
    if (view.present[0] == 0) {
      return {};
    }
    vector.push_back({.labels = std::move(rows->mutable_heads()[row].labels),
                      .at = FromUnixMillis(evaluator.grid().start),
                      .value = view.values[0]});
    return evaluator.context().ChargeSamples(1);
  };
  SW_TRY(ReadRows(*rows, take));
  return vector;
}

void SortByLabels(MatrixValue& matrix) {
  std::ranges::sort(matrix, {}, &MatrixSeries::labels);
}

/// The raw samples of a range vector, each with its own time.
Result<MatrixValue> TakeSamples(Evaluator& evaluator, const Expr& expr) {
  SW_TRY_ASSIGN(const std::unique_ptr<RangeSource> range, evaluator.Range(expr));
  const std::int64_t end = range->WindowEnd(evaluator.grid().start);
  MatrixValue matrix;
  storage::SampleColumns columns;
  for (std::size_t row = 0; row < range->heads().size(); ++row) {
    SW_TRY(range->Load(row, columns));
    MatrixSeries series{.labels = range->heads()[row].labels, .samples = {}};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns.times[i] <= end && columns.times[i] > end - range->range()) {
        series.samples.push_back({FromUnixMillis(columns.times[i]), columns.values[i]});
      }
    }
    if (series.samples.empty()) {
      continue;
    }
    SW_TRY(evaluator.context().ChargeSamples(series.samples.size()));
    if (evaluator.context().counts_samples()) {
      const std::uint32_t none = 0;
      const auto read = static_cast<std::uint32_t>(series.samples.size());
      evaluator.context().CountSamples(std::span(&none, 1), std::span(&read, 1));
    }
    if (range->heads()[row].drop_name) {
      series.labels = WithoutName(series.labels);
    }
    matrix.push_back(std::move(series));
  }
  SortByLabels(matrix);
  return matrix;
}

Result<MatrixValue> TakeMatrix(Evaluator& evaluator, const Expr& expr) {
  SW_TRY_ASSIGN(RowSourcePtr rows, evaluator.Vector(expr));
  SW_TRY_ASSIGN(rows, RemoveDelayedNames(evaluator.context(), std::move(rows)));
  MatrixValue matrix;
  matrix.reserve(rows->size());
  const auto take = [&](std::size_t row, RowView view) -> Status {
    const auto present = static_cast<std::size_t>(std::ranges::count(view.present, 1));
    if (present == 0) {
      return {};
    }
    SW_TRY(evaluator.context().ChargeSamples(present));
    MatrixSeries series{.labels = std::move(rows->mutable_heads()[row].labels), .samples = {}};
    series.samples.reserve(present);
    for (std::size_t step = 0; step < view.values.size(); ++step) {
      if (view.present[step] != 0) {
        series.samples.push_back({FromUnixMillis(evaluator.grid().At(step)), view.values[step]});
      }
    }
    matrix.push_back(std::move(series));
    return {};
  };
  SW_TRY(ReadRows(*rows, take));
  SortByLabels(matrix);
  return matrix;
}

Result<MatrixValue> ScalarMatrix(Evaluator& evaluator, const Expr& expr) {
  SW_TRY_ASSIGN(const std::vector<double> values, evaluator.Scalar(expr));
  MatrixSeries series;
  series.samples.reserve(values.size());
  for (std::size_t step = 0; step < values.size(); ++step) {
    series.samples.push_back({FromUnixMillis(evaluator.grid().At(step)), values[step]});
  }
  MatrixValue matrix;
  matrix.push_back(std::move(series));
  return matrix;
}

Status EvaluateInstant(Evaluator& evaluator, const Expr& expr, QueryResult& result) {
  const TimePoint at = FromUnixMillis(evaluator.grid().start);
  switch (TypeOf(expr)) {
    case ValueType::kScalar: {
      SW_TRY_ASSIGN(const std::vector<double> values, evaluator.Scalar(expr));
      result.value = ScalarValue{.at = at, .value = values.front()};
      return {};
    }
    case ValueType::kString:
      result.value = StringValue{.at = at, .value = StringOf(expr)};
      return {};
    case ValueType::kInstantVector: {
      SW_TRY_ASSIGN(result.value, TakeVector(evaluator, expr));
      return {};
    }
    case ValueType::kRangeVector: {
      SW_TRY_ASSIGN(result.value, TakeSamples(evaluator, expr));
      return {};
    }
    case ValueType::kNone:
      break;
  }
  return Fail(ErrorCode::kInternal, "an expression without a type");
}

/// The names of types in this one error, which upstream writes in its own way.
Status CheckRangeType(const Expr& expr) {
  const ValueType type = TypeOf(expr);
  if (type == ValueType::kScalar || type == ValueType::kInstantVector) {
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "invalid expression type \"{}\" for range query, must be Scalar or instant Vector",
              ValueTypeName(type));
}

void TakeRemarks(QueryContext& context, QueryResult& result) {
  result.warnings = context.annotations().Warnings();
  result.infos = context.annotations().Infos();
  if (!context.options().count_samples) {
    return;
  }
  SampleCounts& counts = result.samples.emplace();
  counts.peak = context.peak_samples();
  counts.read = context.samples_read();
  counts.per_step.reserve(context.counts().size());
  std::int64_t at = context.start();
  for (const std::int64_t count : context.counts()) {
    counts.total += count;
    counts.per_step.emplace_back(FromUnixMillis(at), count);
    at += context.step();
  }
}

}  // namespace

Result<PreparedQuery> PreparedQuery::Parse(std::string_view text, const ParserOptions& options) {
  SW_TRY_ASSIGN(ExprPtr expr, promql::Parse(text, options));
  return PreparedQuery(std::string(text), std::move(expr));
}

Result<QueryResult> Engine::Instant(const storage::Queryable& queryable,
                                    const PreparedQuery& query,
                                    TimePoint at,
                                    std::stop_token stop) const {
  QueryContext context({.options = options_,
                        .queryable = queryable,
                        .text = query.text(),
                        .start = at,
                        .end = at,
                        .step = Duration(0),
                        .stop = std::move(stop),
                        .clock = &clock_});
  Evaluator evaluator(context, {.start = ToUnixMillis(at), .step = 1, .count = 1});
  QueryResult result;
  SW_TRY(EvaluateInstant(evaluator, query.expr(), result));
  TakeRemarks(context, result);
  return result;
}

Result<QueryResult> Engine::Range(const storage::Queryable& queryable,
                                  const PreparedQuery& query,
                                  const QueryRange& range,
                                  std::stop_token stop) const {
  SW_TRY(CheckRangeType(query.expr()));
  if (range.step.count() <= 0 || range.end < range.start) {
    return Fail(ErrorCode::kInvalidArgument,
                "a range query needs a positive step and an end not before its start");
  }
  QueryContext context({.options = options_,
                        .queryable = queryable,
                        .text = query.text(),
                        .start = range.start,
                        .end = range.end,
                        .step = range.step,
                        .stop = std::move(stop),
                        .clock = &clock_});
  const StepGrid grid{
      .start = ToUnixMillis(range.start),
      .step = range.step.count(),
      .count = static_cast<std::size_t>((range.end - range.start) / range.step) + 1};
  Evaluator evaluator(context, grid);
  QueryResult result;
  if (TypeOf(query.expr()) == ValueType::kScalar) {
    SW_TRY_ASSIGN(result.value, ScalarMatrix(evaluator, query.expr()));
  } else {
    SW_TRY_ASSIGN(result.value, TakeMatrix(evaluator, query.expr()));
  }
  TakeRemarks(context, result);
  return result;
}

}  // namespace sidewatch::promql
