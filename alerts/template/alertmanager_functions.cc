// What notification templates may call besides the language itself. Each row is a function of
// Alertmanager's template package, but for the three that tell a fact of the notification.

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include <fmt/format.h>

#include "alerts/template/base64.h"
#include "alerts/template/call_context.h"
#include "alerts/template/common_functions.h"
#include "alerts/template/function_set.h"
#include "alerts/template/json.h"

namespace sidewatch::alerts::templates {
namespace {

using Args = std::span<const Value>;

constexpr Param kString1[] = {Param::kString};
constexpr Param kString2[] = {Param::kString, Param::kString};
constexpr Param kString3[] = {Param::kString, Param::kString, Param::kString};
constexpr Param kAny1[] = {Param::kAny};
constexpr Param kAny2[] = {Param::kAny, Param::kAny};
constexpr Param kTextAndList[] = {Param::kString, Param::kStringList};
constexpr Param kTextAndTime[] = {Param::kString, Param::kTime};
constexpr Param kTime1[] = {Param::kTime};

Result<Value> TrimSpace(CallContext& /*context*/, Args args) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::string& text = args[0].AsString();
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string::npos) {
    return Value::String("");
  }
  return Value::String(text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin));
}

Result<Value> Join(CallContext& context, Args args) {
  std::string out;
  bool first = true;
  for (const Value& text : args[1].AsList()) {
    out += first ? "" : args[0].AsString();
    first = false;
    out += text.AsString();
    if (out.size() > context.text_limit()) {
      return Fail(ErrorCode::kLimitExceeded, "text longer than {} bytes", context.text_limit());
    }
  }
  return Value::String(std::move(out));
}

Result<Value> StringSlice(CallContext& context, Args args) {
  SW_TRY(context.Charge(args.size()));
  return Value::MakeList(Value::List(args.begin(), args.end()), kStringListType);
}

Result<Value> UrlUnescape(CallContext& /*context*/, Args args) {
  const std::string& text = args[0].AsString();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const char* const first = text.data() + i + 1;
    const char* const last = text.data() + std::min(i + 3, text.size());
    const auto [end, error] = std::from_chars(first, last, byte, 16);
    if (error != std::errc() || end != first + 2) {
      return Fail(ErrorCode::kInvalidArgument, "invalid URL escape \"{}\"", text.substr(i, 3));
    }
    out += static_cast<char>(byte);
    i += 2;
  }
  return Value::String(std::move(out));
}

Result<Value> Since(CallContext& context, Args args) {
  const TimeValue now = ToTimeValue(context.environment().now);
  const TimeValue& then = args[0].AsTime();
  std::int64_t nanos = 0;
  if (__builtin_mul_overflow(now.seconds - then.seconds, 1'000'000'000LL, &nanos) ||
      __builtin_add_overflow(nanos, now.nanos - then.nanos, &nanos)) {
    nanos = now.seconds > then.seconds ? INT64_MAX : INT64_MIN;
  }
  return Value::Duration({nanos});
}

/// What the environment tells of the notification.
template <std::function<std::string()> Environment::*fact>
Result<Value> CallFact(CallContext& context, Args /*args*/) {
  const std::function<std::string()>& tell = context.environment().*fact;
  return Value::String(tell ? tell() : "");
}

Result<Value> Timezone(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(TimeValue at, InZone(args[1].AsTime(), args[0].AsString()));
  return Value::Time(std::move(at));
}

Result<Value> ToDate(CallContext& /*context*/, Args args) {
  const Result<TimeValue> at = ParseTime(args[0].AsString(), args[1].AsString());
  return Value::Time(at.value_or(TimeValue{}));
}

Result<Value> MustToDate(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(TimeValue at, ParseTime(args[0].AsString(), args[1].AsString()));
  return Value::Time(std::move(at));
}

Result<Value> AsJson(CallContext& context, Args args) {
  SW_TRY_ASSIGN(std::string text, ToJson(args[0], {.bytes = context.text_limit()}));
  return Value::String(std::move(text));
}

Result<Value> Decode(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(std::string bytes, DecodeBase64Url(args[0].AsString()));
  return Value::String(std::move(bytes));
}

Result<Value> MakeAnyList(CallContext& context, Args args) {
  SW_TRY(context.Charge(args.size()));
  return Value::MakeList(Value::List(args.begin(), args.end()));
}

Result<Value> Append(CallContext& context, Args args) {
  if (args[0].kind() != Kind::kList) {
    return Fail(ErrorCode::kInvalidArgument, "append: the first argument is not a list");
  }
  Value::List items = args[0].AsList();
  items.insert(items.end(), args.begin() + 1, args.end());
  SW_TRY(context.Charge(items.size()));
  return Value::MakeList(std::move(items));
}

Result<Value> Dict(CallContext& context, Args args) {
  if (args.size() % 2 != 0) {
    return Fail(ErrorCode::kInvalidArgument, "dict: odd number of arguments");
  }
  SW_TRY(context.Charge(args.size()));
  Value::Map map;
  for (std::size_t i = 0; i < args.size(); i += 2) {
    if (args[i].kind() != Kind::kString) {
      return Fail(ErrorCode::kInvalidArgument, "dict: key {} is not a string", i / 2 + 1);
    }
    map[args[i].AsString()] = args[i + 1];
  }
  return Value::MakeMap(std::move(map));
}

/// A label of the notification's route; absent: there is none.
Value RouteLabel(const Value& data, const std::string& name) {
  if (data.kind() != Kind::kStruct) {
    return {};
  }
  const auto fields = data.type()->fields;
  const auto field = std::ranges::find(fields, "RouteLabels", &Field::name);
  if (field == fields.end()) {
    return {};
  }
  return data.AsList()[static_cast<std::size_t>(field - fields.begin())].EntryAt(name);
}

/// A route's label may itself be a template over the notification.
Result<Value> RouteLabels(CallContext& context, Args args) {
  const std::string& name = args[0].AsString();
  const Value label = RouteLabel(context.root(), name);
  if (label.absent()) {
    return Value::String("");
  }
  SW_TRY_ASSIGN(std::string text, context.ExecuteText(name, label.AsString()));
  return Value::String(std::move(text));
}

constexpr std::array kFunctions = {
    Function{.name = "ackURL",
             .params = {},
             .call = &CallFact<&Environment::ack_url>,
             .summary = "Where the firing alerts are acknowledged; empty if there is no link."},
    Function{.name = "append",
             .params = kAny2,
             .variadic = true,
             .call = &Append,
             .summary = "A list with more items at its end."},
    Function{.name = "base64decode",
             .params = kString1,
             .call = &Decode,
             .summary = "The bytes of a text in URL-safe base 64."},
    Function{.name = "base64encode",
             .params = kString1,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(EncodeBase64Url(a[0].AsString()));
             },
             .summary = "A text in URL-safe base 64."},
    Function{.name = "date",
             .params = kTextAndTime,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(FormatTime(a[1].AsTime(), a[0].AsString()));
             },
             .summary = "A time by a layout."},
    Function{.name = "dict",
             .params = kAny1,
             .variadic = true,
             .call = &Dict,
             .summary = "A map from keys and values that take turns."},
    Function{.name = "humanizeDuration",
             .params = kAny1,
             .call = &CallHumanizeDuration,
             .summary = "Seconds or a duration as days, hours, minutes, seconds."},
    Function{.name = "join",
             .params = kTextAndList,
             .call = &Join,
             .summary = "The texts of a list with a separator between them."},
    Function{.name = "list",
             .params = kAny1,
             .variadic = true,
             .call = &MakeAnyList,
             .summary = "The arguments as a list."},
    Function{.name = "match",
             .params = kString2,
             .call = &CallMatch,
             .summary = "Whether a regular expression matches anywhere in a text."},
    Function{.name = "mustToDate",
             .params = kString2,
             .call = &MustToDate,
             .summary = "The time that a text stands for; an error if it stands for none."},
    Function{.name = "now",
             .params = {},
             .call = [](CallContext& context, Args) -> Result<Value> {
               return Value::Time(ToTimeValue(context.environment().now));
             },
             .summary = "The present time."},
    Function{.name = "reReplaceAll",
             .params = kString3,
             .call = &CallReplaceAll,
             .summary = "A text with all matches of a regular expression replaced."},
    Function{.name = "routeLabels",
             .params = kString1,
             .call = &RouteLabels,
             .summary = "A label of the route, expanded; empty if there is none."},
    Function{.name = "safeHtml",
             .params = kString1,
             .call = &CallSafeHtml,
             .summary = "The text, not escaped in HTML."},
    Function{.name = "safeUrl",
             .params = kString1,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(a[0].AsString(), kUrlType);
             },
             .summary = "The text, not escaped again in a URL."},
    Function{.name = "silenceURL",
             .params = {},
             .call = &CallFact<&Environment::silence_url>,
             .summary = "Where the firing alerts are silenced; empty if there is no link."},
    Function{.name = "since",
             .params = kTime1,
             .call = &Since,
             .summary = "The time passed since a time."},
    Function{.name = "stringSlice",
             .params = kString1,
             .variadic = true,
             .call = &StringSlice,
             .summary = "The arguments as a list of texts."},
    Function{.name = "title",
             .params = kString1,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(ToTitle(a[0].AsString(), TitleRest::kLower));
             },
             .summary = "The text with each word capitalised, the rest in lower case."},
    Function{.name = "toDate",
             .params = kString2,
             .call = &ToDate,
             .summary = "The time that a text stands for, or the zero time."},
    Function{.name = "toJson", .params = kAny1, .call = &AsJson, .summary = "The value as JSON."},
    Function{.name = "toLower",
             .params = kString1,
             .call = &CallToLower,
             .summary = "The text in lower case."},
    Function{.name = "toUpper",
             .params = kString1,
             .call = &CallToUpper,
             .summary = "The text in upper case."},
    Function{.name = "trimSpace",
             .params = kString1,
             .call = &TrimSpace,
             .summary = "The text without blanks at its ends."},
    Function{.name = "tz",
             .params = kTextAndTime,
             .call = &Timezone,
             .summary = "A time in another time zone."},
    Function{.name = "urlUnescape",
             .params = kString1,
             .call = &UrlUnescape,
             .summary = "A text from a URL's query, as it was before."},
    Function{.name = "worstSeverity",
             .params = {},
             .call = &CallFact<&Environment::worst_severity>,
             .summary = "The worst severity that fires: critical, warning or info."},
};

}  // namespace

const FunctionSet& AlertmanagerFunctions() {
  static const FunctionSet kSet = FunctionSet().With(kFunctions);
  return kSet;
}

}  // namespace sidewatch::alerts::templates
