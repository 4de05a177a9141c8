#include "alerts/template/time_methods.h"

#include <array>
#include <limits>

namespace sidewatch::alerts::templates {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86400;
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

// Go's weeks start on Sunday, 0; its months with January, 1. Both print their names.
const Type kMonthType{
    .name = "time.Month", .kind = Kind::kInt, .print = [](const Value& value) {
      const TimeValue at{.seconds = 0};
      const auto months = std::chrono::months(static_cast<int>(value.AsInt()) - 1);
      const auto first = (std::chrono::year(1970) / 1) + months;
      const auto days = std::chrono::sys_days(first / 1).time_since_epoch();
      return FormatTime(Shift(at, days.count() * kDaySeconds * kNanosPerSecond), "January");
    }};
const Type kWeekdayType{
    .name = "time.Weekday", .kind = Kind::kInt, .print = [](const Value& value) {
      // 4 January 1970 was a Sunday.
      const std::int64_t days = 3 + value.AsInt();
      return FormatTime({.seconds = days * kDaySeconds}, "Monday");
    }};

std::int64_t LocalDay(const TimeValue& at) {
  const std::int64_t local = at.seconds + at.offset_seconds;
  return local / kDaySeconds - (local % kDaySeconds < 0 ? 1 : 0);
}

__extension__ using Wide = __int128;

/// How far `at` lies behind a multiple of `unit` nanoseconds, counted from Go's zero time.
std::int64_t BeyondMultiple(const TimeValue& at, std::int64_t unit) {
  const Wide nanos =
      static_cast<Wide>(at.seconds - TimeValue::kZeroSeconds) * kNanosPerSecond + at.nanos;
  const auto rest = static_cast<std::int64_t>(nanos % unit);
  return rest < 0 ? rest + unit : rest;
}

Result<Value> TruncateTime(CallContext& /*context*/, Args args) {
  const TimeValue& at = args[0].AsTime();
  const std::int64_t unit = args[1].AsDuration().nanos;
  return Value::Time(unit <= 0 ? at : Shift(at, -BeyondMultiple(at, unit)));
}

Result<Value> RoundTime(CallContext& /*context*/, Args args) {
  const TimeValue& at = args[0].AsTime();
  const std::int64_t unit = args[1].AsDuration().nanos;
  if (unit <= 0) {
    return Value::Time(at);
  }
  const std::int64_t beyond = BeyondMultiple(at, unit);
  return Value::Time(Shift(at, beyond < unit - beyond ? -beyond : unit - beyond));
}

Result<Value> TruncateDuration(CallContext& /*context*/, Args args) {
  const std::int64_t nanos = args[0].AsDuration().nanos;
  const std::int64_t unit = args[1].AsDuration().nanos;
  return Value::Duration({unit <= 0 ? nanos : nanos - nanos % unit});
}

Result<Value> RoundDuration(CallContext& /*context*/, Args args) {
  const std::int64_t nanos = args[0].AsDuration().nanos;
  const std::int64_t unit = args[1].AsDuration().nanos;
  if (unit <= 0) {
    return args[0];
  }
  const std::int64_t rest = nanos % unit;
  const std::int64_t beyond = rest < 0 ? -rest : rest;
  const std::int64_t down = nanos - rest;
  if (beyond < unit - beyond) {
    return Value::Duration({down});
  }
  std::int64_t away = 0;
  if (__builtin_add_overflow(down, nanos < 0 ? -unit : unit, &away)) {
    away = nanos < 0 ? std::numeric_limits<std::int64_t>::min()
                     : std::numeric_limits<std::int64_t>::max();
  }
  return Value::Duration({away});
}

Result<Value> AbsDuration(CallContext& /*context*/, Args args) {
  const std::int64_t nanos = args[0].AsDuration().nanos;
  if (nanos == std::numeric_limits<std::int64_t>::min()) {
    return Value::Duration({std::numeric_limits<std::int64_t>::max()});
  }
  return Value::Duration({nanos < 0 ? -nanos : nanos});
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

constexpr std::array
    kTimeMethods =
        {
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
            Function{.name = "Compare",
                     .params = kOneTime,
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       const TimeValue& at = args[0].AsTime();
                       const TimeValue& other = args[1].AsTime();
                       if (Earlier(at, other)) {
                         return Value::Int(-1);
                       }
                       return Value::Int(Earlier(other, at) ? 1 : 0);
                     },
                     .summary = "-1, 0 or 1: earlier than another, the same, later."},
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
            Function{.name = "Local",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       return Value::Time(InLocalZone(args[0].AsTime()));
                     },
                     .summary = "The same moment in the zone of this machine."},
            Function{.name = "Minute",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       return FieldOf(args[0].AsTime(), "4");
                     },
                     .summary = "The minute of the hour."},
            Function{.name = "Month",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       const Value month = FieldOf(args[0].AsTime(), "1");
                       return Value::Int(month.AsInt(), kMonthType);
                     },
                     .summary = "The month, which prints its name."},
            Function{.name = "Nanosecond",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       return Value::Int(args[0].AsTime().nanos);
                     },
                     .summary = "The nanoseconds within the second."},
            Function{.name = "Round",
                     .params = kOneDuration,
                     .call = &RoundTime,
                     .summary = "The nearest multiple of a duration."},
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
            Function{.name = "Truncate",
                     .params = kOneDuration,
                     .call = &TruncateTime,
                     .summary = "The last multiple of a duration."},
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
            Function{.name = "UnixMicro",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       const TimeValue& at = args[0].AsTime();
                       return Value::Int(at.seconds * 1'000'000 + at.nanos / 1000, kInt64Type);
                     },
                     .summary = "Microseconds since 1970."},
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
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       constexpr std::int64_t kWeek = 7;
                       constexpr std::int64_t kThursday = 4;
                       const std::int64_t day = (LocalDay(args[0].AsTime()) + kThursday) % kWeek;
                       return Value::Int(day < 0 ? day + kWeek : day, kWeekdayType);
                     },
                     .summary = "The day of the week, which prints its name."},
            Function{.name = "Year",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       return FieldOf(args[0].AsTime(), "2006");
                     },
                     .summary = "The year."},
            Function{.name = "YearDay",
                     .params = {},
                     .call = [](CallContext&, Args args) -> Result<Value> {
                       return FieldOf(args[0].AsTime(), "002");
                     },
                     .summary = "The day of the year."},
};

constexpr std::array kDurationMethods = {
    Function{.name = "Abs",
             .params = {},
             .call = &AbsDuration,
             .summary = "The duration without its sign."},
    Function{.name = "Hours",
             .params = {},
             .call = &DurationIn<3600 * kNanosPerSecond>,
             .summary = "The duration in hours."},
    Function{.name = "Microseconds",
             .params = {},
             .call = [](CallContext&, Args args) -> Result<Value> {
               return Value::Int(args[0].AsDuration().nanos / 1000, kInt64Type);
             },
             .summary = "The duration in whole microseconds."},
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
    Function{.name = "Round",
             .params = kOneDuration,
             .call = &RoundDuration,
             .summary = "The nearest multiple of another."},
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
    Function{.name = "Truncate",
             .params = kOneDuration,
             .call = &TruncateDuration,
             .summary = "The multiple of another next to zero."},
};

}  // namespace

std::span<const Function> TimeMethods() {
  return kTimeMethods;
}

std::span<const Function> DurationMethods() {
  return kDurationMethods;
}

}  // namespace sidewatch::alerts::templates
