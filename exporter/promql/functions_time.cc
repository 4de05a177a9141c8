#include <algorithm>
#include <chrono>
#include <cmath>

#include "exporter/promql/evaluator.h"
#include "exporter/promql/function_tables.h"

namespace sidewatch::promql {
namespace {

namespace chrono = std::chrono;

/// A sample's value as a time: whole seconds, the fraction cut off. What no time can be is as far
/// away as a year can be written.
chrono::sys_seconds ToTime(double seconds) {
  constexpr double kFarthest = 1e12;  // About the year 33,000: std::chrono's years are 16 bits.
  const double bounded =
      std::isnan(seconds) ? -kFarthest : std::clamp(seconds, -kFarthest, kFarthest);
  return chrono::sys_seconds(chrono::seconds(static_cast<std::int64_t>(bounded)));
}

chrono::sys_days DayOf(double seconds) {
  return chrono::floor<chrono::days>(ToTime(seconds));
}

chrono::year_month_day DateOf(double seconds) {
  return chrono::year_month_day(DayOf(seconds));
}

double DayOfMonth(double seconds) {
  return static_cast<unsigned>(DateOf(seconds).day());
}

double DayOfWeek(double seconds) {
  return chrono::weekday(DayOf(seconds)).c_encoding();
}

double DayOfYear(double seconds) {
  const chrono::sys_days first = DateOf(seconds).year() / chrono::January / 1;
  return static_cast<double>((DayOf(seconds) - first).count() + 1);
}

double DaysInMonth(double seconds) {
  const chrono::year_month_day date = DateOf(seconds);
  return static_cast<unsigned>((date.year() / date.month() / chrono::last).day());
}

double Hour(double seconds) {
  const auto rest = ToTime(seconds) - DayOf(seconds);
  return static_cast<double>(chrono::floor<chrono::hours>(rest).count());
}

double Minute(double seconds) {
  const auto rest = ToTime(seconds) - chrono::floor<chrono::hours>(ToTime(seconds));
  return static_cast<double>(chrono::floor<chrono::minutes>(rest).count());
}

double Month(double seconds) {
  return static_cast<unsigned>(DateOf(seconds).month());
}

double Year(double seconds) {
  return static_cast<int>(DateOf(seconds).year());
}

double InSeconds(std::int64_t millis) {
  return static_cast<double>(millis) / 1000;
}

Status EvalTime(Evaluator& evaluator, const Expr& /*call*/, std::span<double> out) {
  for (std::size_t step = 0; step < out.size(); ++step) {
    out[step] = InSeconds(evaluator.grid().At(step));
  }
  return {};
}

Status EvalStart(Evaluator& evaluator, const Expr& /*call*/, std::span<double> out) {
  std::ranges::fill(out, InSeconds(evaluator.context().start()));
  return {};
}

Status EvalEnd(Evaluator& evaluator, const Expr& /*call*/, std::span<double> out) {
  std::ranges::fill(out, InSeconds(evaluator.context().end()));
  return {};
}

Status EvalStep(Evaluator& evaluator, const Expr& /*call*/, std::span<double> out) {
  std::ranges::fill(out, InSeconds(evaluator.context().step()));
  return {};
}

Status EvalRange(Evaluator& evaluator, const Expr& /*call*/, std::span<double> out) {
  std::ranges::fill(out, InSeconds(evaluator.context().end() - evaluator.context().start()));
  return {};
}

/// The evaluation time, wherever a vector has a value.
class StampSource final : public RowSource {
 public:
  StampSource(RowSourcePtr inner, const StepGrid& grid)
      : RowSource(inner->steps()), inner_(std::move(inner)), grid_(grid) {
    heads_ = inner_->heads();
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(inner_->Fill(row, out));
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.values[step] = InSeconds(grid_.At(step));
    }
    return {};
  }

 private:
  RowSourcePtr inner_;
  StepGrid grid_;
};

Result<RowSourcePtr> EvalTimestamp(Evaluator& evaluator, const Expr& call) {
  const Expr& argument = Unwrap(*std::get<Call>(call.node).args[0]);
  if (const auto* selector = std::get_if<VectorSelector>(&argument.node)) {
    SW_TRY_ASSIGN(RowSourcePtr times, EvalSelectorTimes(evaluator, *selector));
    return evaluator.DropNames(std::move(times));
  }
  SW_TRY_ASSIGN(RowSourcePtr vector, evaluator.Vector(argument));
  return evaluator.DropNames(std::make_unique<StampSource>(std::move(vector), evaluator.grid()));
}

constexpr ValueType kVector[] = {ValueType::kInstantVector};

constexpr Function kRows[] = {
    {.name = "day_of_month",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &DayOfMonth,
     .summary = "Day of the month in UTC, from 1.",
     .example = "day_of_month(backup_end_timestamp_seconds)"},
    {.name = "day_of_week",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &DayOfWeek,
     .summary = "Day of the week in UTC, 0 is Sunday.",
     .example = "day_of_week(backup_end_timestamp_seconds)"},
    {.name = "day_of_year",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &DayOfYear,
     .summary = "Day of the year in UTC, from 1.",
     .example = "day_of_year(backup_end_timestamp_seconds)"},
    {.name = "days_in_month",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &DaysInMonth,
     .summary = "Number of days in the month in UTC.",
     .example = "days_in_month(backup_end_timestamp_seconds)"},
    {.name = "end",
     .returns = ValueType::kScalar,
     .experimental = true,
     .eval = &EvalEnd,
     .summary = "End of the query in seconds since 1970.",
     .example = "end()"},
    {.name = "hour",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &Hour,
     .summary = "Hour of the day in UTC.",
     .example = "hour(backup_end_timestamp_seconds)"},
    {.name = "minute",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &Minute,
     .summary = "Minute of the hour in UTC.",
     .example = "minute(backup_end_timestamp_seconds)"},
    {.name = "month",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &Month,
     .summary = "Month of the year in UTC, from 1.",
     .example = "month(backup_end_timestamp_seconds)"},
    {.name = "range",
     .returns = ValueType::kScalar,
     .experimental = true,
     .eval = &EvalRange,
     .summary = "Length of the query in seconds, 0 for an instant query.",
     .example = "range()"},
    {.name = "start",
     .returns = ValueType::kScalar,
     .experimental = true,
     .eval = &EvalStart,
     .summary = "Start of the query in seconds since 1970.",
     .example = "start()"},
    {.name = "start_timestamp",
     .args = kVector,
     .experimental = true,
     .varies_with_time = true,
     .summary = "Time in seconds since when the sample counts.",
     .example = "start_timestamp(http_requests_total)"},
    {.name = "step",
     .returns = ValueType::kScalar,
     .experimental = true,
     .eval = &EvalStep,
     .summary = "Step of the query in seconds, 0 for an instant query.",
     .example = "step()"},
    {.name = "time",
     .returns = ValueType::kScalar,
     .varies_with_time = true,
     .eval = &EvalTime,
     .summary = "Time of evaluation in seconds since 1970.",
     .example = "time() - backup_end_timestamp_seconds"},
    {.name = "timestamp",
     .args = kVector,
     .varies_with_time = true,
     .eval = &EvalTimestamp,
     .summary = "Time in seconds of each sample.",
     .example = "timestamp(up)"},
    {.name = "year",
     .args = kVector,
     .variadic = 1,
     .varies_with_time = true,
     .eval = &Year,
     .summary = "Year in UTC.",
     .example = "year(backup_end_timestamp_seconds)"},
};

}  // namespace

std::span<const Function> TimeFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
