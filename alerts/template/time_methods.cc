#include "alerts/template/time_methods.h"

#include <array>

namespace sidewatch::alerts::templates {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
using Args = std::span<const Value>;

const Type kInt64Type{.name = "int64", .kind = Kind::kInt};

TimeValue Shift(const TimeValue& at, std::int64_t nanos) {
  TimeValue moved = at;
  moved.seconds += nanos / kNanosPerSecond;
  std::int64_t rest = at.nanos + nanos % kNanosPerSecond;
  if (rest < 0) {
    rest += kNanosPerSecond;
    --moved.seconds;
  } else if (rest >= kNanosPerSecond) {
    rest -= kNanosPerSecond;
    ++moved.seconds;
  }
  moved.nanos = static_cast<std::int32_t>(rest);
  return moved;
}

std::int64_t Between(const TimeValue& later, const TimeValue& earlier) {
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(later.seconds - earlier.seconds, kNanosPerSecond, &nanos) ||
      __builtin_add_overflow(nanos, later.nanos - earlier.nanos, &nanos)) {
    return later.seconds > earlier.seconds ? INT64_MAX : INT64_MIN;
  }
  return nanos;
}

bool Earlier(const TimeValue& a, const TimeValue& b) {
  return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;
}

Value FieldOf(const TimeValue& at, std::string_view layout) {
  const std::string text = FormatTime(at, layout);
  return Value::Int(std::stoll(text));
}

template <std::int64_t Unit>
Result<Value> DurationIn(CallContext& /*context*/, Args args) {
  return Value::Float(static_cast<double>(args[0].AsDuration().nanos) / static_cast<double>(Unit));
}

constexpr Param kOneString[] = {Param::kString};
constexpr Param kOneTime[] = {Param::kTime};
constexpr Param kOneDuration[] = {Param::kDuration};
constexpr Param kThreeInts[] = {Param::kInt, Param::kInt, Param::kInt};

Result<Value> AddDate(CallContext& /*context*/, Args args) {
  const TimeValue& at = args[0].AsTime();
  constexpr std::int64_t kMost = 100'000;
  for (const Value& amount : args.subspan(1)) {
    if (amount.AsInt() > kMost || amount.AsInt() < -kMost) {
      return Fail(ErrorCode::kInvalidArgument, "AddDate takes at most {} of a unit", kMost);
    }
  }
  const TimeValue local = Shift(at, at.offset_seconds * kNanosPerSecond);
  std::int64_t day_number = local.seconds / 86400 - (local.seconds % 86400 < 0 ? 1 : 0);
  const std::int64_t in_day = local.seconds - day_number * 86400;
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(day_number)))};
  const auto month = std::chrono::year_month(date.year(), date.month()) +
                     std::chrono::years(static_cast<int>(args[1].AsInt())) +
                     std::chrono::months(static_cast<int>(args[2].AsInt()));
  day_number = std::chrono::sys_days(month / 1).time_since_epoch().count() +
               static_cast<unsigned>(date.day()) - 1 + args[3].AsInt();
  TimeValue moved = at;
  moved.seconds = day_number * 86400 + in_day - at.offset_seconds;
  return Value::Time(moved);
}

constexpr std::array kTimeMethods = {
    Function{.name = "Add",
             .params = kOneDuration,
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Time(Shift(args[0].AsTime(), args[1].AsDuration().nanos));
             },
             .summary = "The time that much later."},
    Function{.name = "AddDate",
             .params = kThreeInts,
             .call = &AddDate,
             .summary = "The time so many years, months and days later."},
    Function{.name = "After",
             .params = kOneTime,
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Bool(Earlier(args[1].AsTime(), args[0].AsTime()));
             },
             .summary = "Whether the time is later than another."},
    Function{.name = "Before",
             .params = kOneTime,
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Bool(Earlier(args[0].AsTime(), args[1].AsTime()));
             },
             .summary = "Whether the time is earlier than another."},
    Function{.name = "Day",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return FieldOf(args[0].AsTime(), "2");
             },
             .summary = "The day of the month."},
    Function{.name = "Equal",
             .params = kOneTime,
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Bool(Between(args[0].AsTime(), args[1].AsTime()) == 0);
             },
             .summary = "Whether both are the same moment."},
    Function{.name = "Format",
             .params = kOneString,
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::String(FormatTime(args[0].AsTime(), args[1].AsString()));
             },
             .summary = "The time by a layout."},
    Function{.name = "Hour",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return FieldOf(args[0].AsTime(), "15");
             },
             .summary = "The hour of the day, 0 to 23."},
    Function{.name = "IsZero",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Bool(args[0].AsTime().zero());
             },
             .summary = "Whether the time was never set."},
    Function{.name = "Minute",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return FieldOf(args[0].AsTime(), "4");
             },
             .summary = "The minute of the hour."},
    Function{.name = "Month",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::String(FormatTime(args[0].AsTime(), "January"));
             },
             .summary = "The name of the month."},
    Function{.name = "Second",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return FieldOf(args[0].AsTime(), "5");
             },
             .summary = "The second of the minute."},
    Function{.name = "String",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::String(PrintTime(args[0].AsTime()));
             },
             .summary = "The time as it prints."},
    Function{.name = "Sub",
             .params = kOneTime,
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Duration({Between(args[0].AsTime(), args[1].AsTime())});
             },
             .summary = "The time passed since another."},
    Function{.name = "UTC",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               TimeValue at = args[0].AsTime();
               at.offset_seconds = 0;
               at.zone = "UTC";
               return Value::Time(at);
             },
             .summary = "The same moment in UTC."},
    Function{.name = "Unix",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Int(args[0].AsTime().seconds, kInt64Type);
             },
             .summary = "Seconds since 1970."},
    Function{.name = "UnixMilli",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               const TimeValue& at = args[0].AsTime();
               return Value::Int(at.seconds * 1000 + at.nanos / 1'000'000, kInt64Type);
             },
             .summary = "Milliseconds since 1970."},
    Function{.name = "UnixNano",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Int(Between(args[0].AsTime(), {.seconds = 0}), kInt64Type);
             },
             .summary = "Nanoseconds since 1970."},
    Function{.name = "Weekday",
             .params = {},
             .call = [](CallContext&, Args args)
                 -> Result<Value> { return Value::String(FormatTime(args[0].AsTime(), "Monday")); },
             .summary = "The name of the day."},
    Function{.name = "Year",
             .params = {},
             .call = [](CallContext&,
                        Args args) -> Result<Value> { return FieldOf(args[0].AsTime(), "2006"); },
             .summary = "The year."},
};

constexpr std::array kDurationMethods = {
    Function{.name = "Hours",
             .params = {},
             .call = &DurationIn<3600 * kNanosPerSecond>,
             .summary = "The duration in hours."},
    Function{.name = "Milliseconds",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Int(args[0].AsDuration().nanos / 1'000'000, kInt64Type);
             },
             .summary = "The duration in whole milliseconds."},
    Function{.name = "Minutes",
             .params = {},
             .call = &DurationIn<60 * kNanosPerSecond>,
             .summary = "The duration in minutes."},
    Function{.name = "Nanoseconds",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Int(args[0].AsDuration().nanos, kInt64Type);
             },
             .summary = "The duration in nanoseconds."},
    Function{.name = "Seconds",
             .params = {},
             .call = &DurationIn<kNanosPerSecond>,
             .summary = "The duration in seconds."},
    Function{.name = "String",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::String(PrintDuration(args[0].AsDuration()));
             },
             .summary = "The duration as it prints."},
};

}  // namespace

std::span<const Function> TimeMethods() {
  return kTimeMethods;
}

std::span<const Function> DurationMethods() {
  return kDurationMethods;
}

}  // namespace sidewatch::alerts::templates
