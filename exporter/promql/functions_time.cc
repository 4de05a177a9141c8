#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "exporter/base/civil_date.h"
#include "exporter/promql/evaluator.h"
#include "exporter/promql/function_tables.h"

namespace sidewatch::promql {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

/// A sample's value as a time: whole seconds, the fraction cut off.
struct Time {
  std::int64_t day = 0;  ///< Since 1970.
  std::int64_t second = 0;
};

/// Go counts unsigned seconds from some 292 billion years ago on, and its smallest number stands
/// for what is no time at all.
Time TimeOf(double seconds) {
  constexpr double kTooLarge = 9'223'372'036'854'775'808.0;  // 2^63.
  constexpr std::uint64_t kDaysBefore1970 = 106'751'991'073'400;
  const std::int64_t whole = std::fabs(seconds) < kTooLarge
                                 ? static_cast<std::int64_t>(seconds)
                                 : std::numeric_limits<std::int64_t>::min();
  const std::uint64_t counted = static_cast<std::uint64_t>(whole) + kDaysBefore1970 * kSecondsOfDay;
  return {.day = static_cast<std::int64_t>(counted / kSecondsOfDay - kDaysBefore1970),
          .second = static_cast<std::int64_t>(counted % kSecondsOfDay)};
}

CivilDate DateOf(double seconds) {
  return CivilDateOf(TimeOf(seconds).day);
}

double DayOfMonth(double seconds) {
  return DateOf(seconds).day;
}

double DayOfWeek(double seconds) {
  const std::int64_t since_sunday = (TimeOf(seconds).day + 4) % 7;  // 1970 began on a Thursday.
  return static_cast<double>(since_sunday < 0 ? since_sunday + 7 : since_sunday);
}

double DayOfYear(double seconds) {
  const std::int64_t first = DaysOf({.year = DateOf(seconds).year});
  return static_cast<double>(TimeOf(seconds).day - first + 1);
}

double DaysInMonth(double seconds) {
  const CivilDate date = DateOf(seconds);
  const bool december = date.month == 12;
  const CivilDate next{.year = date.year + (december ? 1 : 0),
                       .month = december ? 1 : date.month + 1};
  return static_cast<double>(DaysOf(next) - DaysOf({.year = date.year, .month = date.month}));
}

double Hour(double seconds) {
  return static_cast<double>(TimeOf(seconds).second / 3600);
}

double Minute(double seconds) {
  return static_cast<double>(TimeOf(seconds).second / 60 % 60);
}

double Month(double seconds) {
  return DateOf(seconds).month;
}

double Year(double seconds) {
  return static_cast<double>(DateOf(seconds).year);
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
    heads_ = inner_->TakeHeads();
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
