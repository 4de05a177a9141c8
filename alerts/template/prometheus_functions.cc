// What rule files may call besides the language itself. Each row is a function of Prometheus'
// template package.

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "alerts/template/alert_data.h"
#include "alerts/template/call_context.h"
#include "alerts/template/common_functions.h"
#include "alerts/template/format.h"
#include "alerts/template/function_set.h"
#include "alerts/template/html_escaper.h"
#include "exporter/base/duration.h"

namespace sidewatch::alerts::templates {
namespace {

using Args = std::span<const Value>;

constexpr Param kString1[] = {Param::kString};
constexpr Param kString2[] = {Param::kString, Param::kString};
constexpr Param kString3[] = {Param::kString, Param::kString, Param::kString};
constexpr Param kAny1[] = {Param::kAny};
constexpr Param kNameAndAny[] = {Param::kString, Param::kAny};
constexpr Param kOneSample[] = {Param::kSample};
constexpr Param kNameAndSample[] = {Param::kString, Param::kSample};
constexpr Param kSamples[] = {Param::kSampleList};
constexpr Param kNameAndSamples[] = {Param::kString, Param::kSampleList};

std::string LabelOf(const Value& sample, std::string_view name) {
  const Value label = sample.AsList()[0].EntryAt(name);
  return label.absent() ? std::string() : label.AsString();
}

Result<Value> Query(CallContext& context, Args args) {
  if (!context.environment().query) {
    return Fail(ErrorCode::kUnavailable, "queries are not available here");
  }
  Result<Value> samples = context.environment().query(args[0].AsString());
  if (samples) {
    SW_TRY(context.Charge(samples->Length()));
  }
  return samples;
}

Result<Value> First(CallContext& /*context*/, Args args) {
  if (args[0].Length() == 0) {
    return Fail(ErrorCode::kInvalidArgument, "first() called on vector with no elements");
  }
  return args[0].AsList().front();
}

Result<Value> SortByLabel(CallContext& /*context*/, Args args) {
  Value::List samples = args[1].AsList();
  std::ranges::stable_sort(samples, [&](const Value& a, const Value& b) {
    return LabelOf(a, args[0].AsString()) < LabelOf(b, args[0].AsString());
  });
  return Value::MakeList(std::move(samples), kSampleListType);
}

Result<Value> Arguments(CallContext& /*context*/, Args args) {
  Value::Map map;
  for (std::size_t i = 0; i < args.size(); ++i) {
    map.emplace(fmt::format("arg{}", i), args[i]);
  }
  return Value::MakeMap(std::move(map));
}

constexpr std::array<std::string_view, 8> kUp = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr std::array<std::string_view, 8> kUp1024 = {
    "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};
constexpr std::array<std::string_view, 8> kDown = {"m", "u", "n", "p", "f", "a", "z", "y"};

std::string Prefixed(double value,
                     double factor,
                     std::span<const std::string_view, 8> prefixes,
                     bool upward) {
  std::string_view prefix;
  for (const std::string_view candidate : prefixes) {
    if (upward ? std::fabs(value) < factor : std::fabs(value) >= 1) {
      break;
    }
    prefix = candidate;
    value = upward ? value / factor : value * factor;
  }
  return FormatFloat(value, 'g', 4) + std::string(prefix);
}

Result<Value> Humanize(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double value, ToFloat(args[0]));
  if (value == 0 || !std::isfinite(value)) {
    return Value::String(FormatFloat(value, 'g', 4));
  }
  const bool upward = std::fabs(value) >= 1;
  return Value::String(Prefixed(value, 1000, upward ? kUp : kDown, upward));
}

Result<Value> Humanize1024(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double value, ToFloat(args[0]));
  if (std::fabs(value) <= 1 || !std::isfinite(value)) {
    return Value::String(FormatFloat(value, 'g', 4));
  }
  return Value::String(Prefixed(value, 1024, kUp1024, true));
}

Result<Value> HumanizePercentage(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double value, ToFloat(args[0]));
  return Value::String(FormatFloat(value * 100, 'g', 4) + "%");
}

Result<TimeValue> TimeOf(double seconds) {
  const double nanos = seconds * 1e9;
  constexpr double kMost = 9223372036854775807.0;
  if (std::isnan(nanos) || nanos > kMost || nanos < -kMost) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} cannot be represented as a nanoseconds timestamp since it overflows int64",
                FormatFloat(seconds, 'g', -1));
  }
  // Timestamps count milliseconds; kMost itself is already one more than fits.
  const std::int64_t whole = nanos >= kMost ? INT64_MAX : static_cast<std::int64_t>(nanos);
  return ToTimeValue(FromUnixMillis(whole / 1'000'000));
}

Result<Value> HumanizeTimestamp(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double seconds, ToFloat(args[0]));
  if (!std::isfinite(seconds)) {
    return Value::String(FormatFloat(seconds, 'g', 4));
  }
  SW_TRY_ASSIGN(const TimeValue at, TimeOf(seconds));
  return Value::String(PrintTime(at));
}

Result<Value> ToTime(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double seconds, ToFloat(args[0]));
  SW_TRY_ASSIGN(const TimeValue at, TimeOf(seconds));
  return Value::Time(at);
}

Result<Value> ToDuration(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double seconds, ToFloat(args[0]));
  constexpr double kMost = 9223372036.0;
  if (std::isnan(seconds) || std::fabs(seconds) > kMost) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} is no duration that fits into nanoseconds",
                FormatFloat(seconds, 'g', -1));
  }
  return Value::Duration({static_cast<std::int64_t>(seconds * 1e9)});
}

Result<Value> ReadDuration(CallContext& /*context*/, Args args) {
  std::string_view text = args[0].AsString();
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  SW_TRY_ASSIGN(const Duration duration, ParseDuration(text));
  const double seconds = static_cast<double>(duration.count()) / 1000;
  return Value::Float(negative ? -seconds : seconds);
}

Result<Value> GraphLink(CallContext& /*context*/, Args args, int tab) {
  return Value::String(
      fmt::format("/graph?g0.expr={}&g0.tab={}", EscapeQuery(args[0].AsString()), tab));
}

struct HostAndPort {
  std::string host;
  std::string port;
};

/// As Go's net.SplitHostPort. Nothing: there is no port, or one colon too many.
std::optional<HostAndPort> SplitHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close + 1 != colon) {
      return std::nullopt;
    }
    host = text.substr(1, close - 1);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.find_first_of("[]") != std::string_view::npos ||
      text.substr(colon).find_first_of("[]") != std::string_view::npos) {
    return std::nullopt;
  }
  return HostAndPort{std::string(host), std::string(text.substr(colon + 1))};
}

Result<Value> StripPort(CallContext& /*context*/, Args args) {
  const auto split = SplitHostPort(args[0].AsString());
  return Value::String(split ? split->host : args[0].AsString());
}

bool IsAddress(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         (!host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

Result<Value> StripDomain(CallContext& /*context*/, Args args) {
  const std::string& text = args[0].AsString();
  const auto split = SplitHostPort(text);
  const std::string host = split ? split->host : text;
  if (IsAddress(host)) {
    return Value::String(text);
  }
  const std::string name = host.substr(0, host.find('.'));
  return Value::String(split ? name + ":" + split->port : name);
}

Result<Value> PathPrefix(CallContext& context, Args /*args*/) {
  const std::string& url = context.environment().external_url;
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return Value::String(path == std::string::npos ? "" : url.substr(path));
}

Result<Value> RunTemplate(CallContext& context, Args args) {
  SW_TRY_ASSIGN(std::string text, context.ExecuteNamed(args[0].AsString(), args[1]));
  return Value::String(std::move(text), kHtmlType);
}

constexpr std::array kFunctions = {
    Function{.name = "args",
             .params = kAny1,
             .variadic = true,
             .call = &Arguments,
             .summary = "The arguments as a map with the keys arg0, arg1 and so on."},
    Function{.name = "externalURL",
             .params = {},
             .call = [](CallContext& context, Args) -> Result<Value> {
               return Value::String(context.environment().external_url);
             },
             .summary = "The address under which users reach the program."},
    Function{.name = "first",
             .params = kSamples,
             .call = &First,
             .summary = "The first sample of a query's result."},
    Function{.name = "graphLink",
             .params = kString1,
             .call = [](CallContext& context, Args a) { return GraphLink(context, a, 0); },
             .summary = "The path of an expression's graph."},
    Function{.name = "humanize",
             .params = kAny1,
             .call = &Humanize,
             .summary = "The number with a metric prefix: 1.235M, 120m."},
    Function{.name = "humanize1024",
             .params = kAny1,
             .call = &Humanize1024,
             .summary = "The number with a binary prefix: 1.177Mi."},
    Function{.name = "humanizeDuration",
             .params = kAny1,
             .call = &CallHumanizeDuration,
             .summary = "Seconds as days, hours, minutes, seconds or parts of one."},
    Function{.name = "humanizePercentage",
             .params = kAny1,
             .call = &HumanizePercentage,
             .summary = "A ratio as per cent: 12.35%."},
    Function{.name = "humanizeTimestamp",
             .params = kAny1,
             .call = &HumanizeTimestamp,
             .summary = "Unix seconds as date and time in UTC."},
    Function{.name = "label",
             .params = kNameAndSample,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(LabelOf(a[1], a[0].AsString()));
             },
             .summary = "A label of a sample, empty if it has none."},
    Function{.name = "match",
             .params = kString2,
             .call = &CallMatch,
             .summary = "Whether a regular expression matches anywhere in a text."},
    Function{.name = "now",
             .params = {},
             .call = [](CallContext& context, Args) -> Result<Value> {
               return Value::Float(ToUnixSeconds(context.environment().now));
             },
             .summary = "The time of the evaluation in Unix seconds."},
    Function{.name = "parseDuration",
             .params = kString1,
             .call = &ReadDuration,
             .summary = "A duration such as 1h30m in seconds."},
    Function{.name = "pathPrefix",
             .params = {},
             .call = &PathPrefix,
             .summary = "The path of the external address."},
    Function{.name = "query",
             .params = kString1,
             .call = &Query,
             .summary = "The result of a PromQL expression at the time of the evaluation."},
    Function{.name = "reReplaceAll",
             .params = kString3,
             .call = &CallReplaceAll,
             .summary = "A text with all matches of a regular expression replaced."},
    Function{.name = "safeHtml",
             .params = kString1,
             .call = &CallSafeHtml,
             .summary = "The text, not escaped in HTML."},
    Function{.name = "sortByLabel",
             .params = kNameAndSamples,
             .call = &SortByLabel,
             .summary = "A query's result sorted by a label."},
    Function{.name = "stripDomain",
             .params = kString1,
             .call = &StripDomain,
             .summary = "A host name up to its first dot, and the port if there is one."},
    Function{.name = "stripPort",
             .params = kString1,
             .call = &StripPort,
             .summary = "The host of a host:port."},
    Function{.name = "strvalue",
             .params = kOneSample,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(LabelOf(a[0], "__value__"));
             },
             .summary = "The label __value__ of a sample."},
    Function{.name = "tableLink",
             .params = kString1,
             .call = [](CallContext& context, Args a) { return GraphLink(context, a, 1); },
             .summary = "The path of an expression's table."},
    Function{.name = "title",
             .params = kString1,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(ToTitle(a[0].AsString(), TitleRest::kKeep));
             },
             .summary = "The text with the first letter of each word in upper case."},
    Function{.name = "tmpl",
             .params = kNameAndAny,
             .call = &RunTemplate,
             .summary = "The output of the template with that name, for HTML."},
    Function{.name = "toDuration",
             .params = kAny1,
             .call = &ToDuration,
             .summary = "Seconds as a duration."},
    Function{.name = "toLower",
             .params = kString1,
             .call = &CallToLower,
             .summary = "The text in lower case."},
    Function{
        .name = "toTime", .params = kAny1, .call = &ToTime, .summary = "Unix seconds as a time."},
    Function{.name = "toUpper",
             .params = kString1,
             .call = &CallToUpper,
             .summary = "The text in upper case."},
    Function{.name = "urlQueryEscape",
             .params = kString1,
             .call = [](CallContext&, Args a) -> Result<Value> {
               return Value::String(EscapeQuery(a[0].AsString()));
             },
             .summary = "The text escaped for a URL's query."},
    Function{.name = "value",
             .params = kOneSample,
             .call = [](CallContext&, Args a) -> Result<Value> { return a[0].AsList()[1].Boxed(); },
             .summary = "The value of a sample."},
};

}  // namespace

const FunctionSet& PrometheusFunctions() {
  static const FunctionSet kSet = FunctionSet().With(kFunctions);
  return kSet;
}

}  // namespace sidewatch::alerts::templates
