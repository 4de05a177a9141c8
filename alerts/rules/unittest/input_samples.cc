#include "alerts/rules/unittest/input_samples.h"

#include <utility>
#include <variant>

namespace sidewatch::alerts::rules::unittest {
namespace {

Status AppendOne(const promql::SeriesNotation& series,
                 std::size_t index,
                 TimePoint time,
                 storage::Appender& appender) {
  const promql::SeriesValue& value = series.values[index];
  if (std::holds_alternative<std::monostate>(value)) {
    return {};
  }
  if (const auto* number = std::get_if<double>(&value)) {
    SW_TRY(appender.Append(series.labels, time, *number));
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "series {}: native histograms are not supported",
              series.labels.ToString());
}

}  // namespace

Result<InputSamples> InputSamples::Parse(const TestGroup& test) {
  InputSamples samples;
  samples.start_ = test.start;
  samples.interval_ = test.interval;
  for (const InputSeries& input : test.input_series) {
    SW_TRY_ASSIGN(promql::SeriesNotation notation,
                  promql::ParseSeriesNotation(input.series + " " + input.values));
    samples.series_.push_back({.notation = std::move(notation)});
  }
  return samples;
}

Status InputSamples::AppendUntil(TimePoint at, storage::Appendable& store) {
  const auto appender = store.NewAppender();
  for (Series& series : series_) {
    SW_TRY(AppendSeries(series, at, *appender));
  }
  return appender->Commit();
}

Status InputSamples::AppendSeries(Series& series, TimePoint at, storage::Appender& appender) const {
  for (; series.next < series.notation.values.size(); ++series.next) {
    const TimePoint time = start_ + interval_ * static_cast<Duration::rep>(series.next);
    if (time > at) {
      break;
    }
    SW_TRY(AppendOne(series.notation, series.next, time, appender));
  }
  return {};
}

}  // namespace sidewatch::alerts::rules::unittest
