#include "exporter/api/params.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/base/number.h"
#include "exporter/base/rfc3339.h"
#include "exporter/promql/parser.h"

namespace sidewatch::api {

namespace {

constexpr std::int64_t kFarthest = 1LL << 53U;  // Milliseconds: some 285,000 years.
// What clients of Go send for "from the beginning" and "to the end"; no RFC 3339 reader takes them.
constexpr std::string_view kGoMinTime = "-292273086-05-16T16:47:06Z";
constexpr std::string_view kGoMaxTime = "292277025-08-18T07:12:54.999999999Z";

/// Whole milliseconds in a number of seconds: the fraction is rounded on its own, where a double
/// still shows less than a millisecond. Nothing: not finite or too large.
std::optional<std::int64_t> MillisOf(double seconds) {
  if (!std::isfinite(seconds) || std::abs(seconds) > static_cast<double>(kFarthest) / 1000) {
    return std::nullopt;
  }
  double whole = 0;
  const double fraction = std::modf(seconds, &whole);
  return static_cast<std::int64_t>(whole) * 1000 +
         static_cast<std::int64_t>(std::round(fraction * 1000));
}

Error InvalidParameter(std::string_view name, const Error& error) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("invalid parameter \"{}\": {}", name, error.message)};
}

template <typename T>
Result<T> Named(std::string_view name, Result<T> result) {
  if (!result.has_value()) {
    return Fail(InvalidParameter(name, result.error()));
  }
  return result;
}

}  // namespace

storage::TimeRange AllTime() {
  return {FromUnixMillis(-kFarthest), FromUnixMillis(kFarthest)};
}

Result<TimePoint> ParseApiTime(std::string_view text) {
  if (const std::optional<double> seconds = ParseNumber(text)) {
    if (const auto millis = MillisOf(*seconds)) {
      return FromUnixMillis(*millis);
    }
  }
  if (const std::optional<TimePoint> at = ParseRfc3339(text)) {
    return *at;
  }
  if (text == kGoMinTime) {
    return AllTime().from;
  }
  if (text == kGoMaxTime) {
    return AllTime().to;
  }
  return Fail(ErrorCode::kInvalidArgument, "cannot parse \"{}\" to a valid timestamp", text);
}

Result<std::chrono::nanoseconds> ParseApiDuration(std::string_view text) {
  if (const std::optional<double> seconds = ParseNumber(text)) {
    const double nanos = *seconds * 1e9;
    if (!(std::abs(nanos) < 9'223'372'036'854'775'808.0)) {  // 2^63.
      return Fail(ErrorCode::kInvalidArgument,
                  "cannot parse \"{}\" to a valid duration. It overflows int64",
                  text);
    }
    return std::chrono::nanoseconds(static_cast<std::int64_t>(nanos));
  }
  const Result<Duration> duration = ParseDuration(text);
  if (!duration.has_value()) {
    return Fail(ErrorCode::kInvalidArgument, "cannot parse \"{}\" to a valid duration", text);
  }
  return *duration;
}

std::string_view Params::Get(std::string_view name) const {
  const auto found = std::find_if(
      values_.begin(), values_.end(), [name](const auto& value) { return value.first == name; });
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<std::string> Params::All(std::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [key, value] : values_) {
    if (key == name) {
      all.push_back(value);
    }
  }
  return all;
}

Result<TimePoint> Params::Time(std::string_view name, std::optional<TimePoint> fallback) const {
  const std::string_view text = Get(name);
  if (text.empty() && fallback) {
    return *fallback;
  }
  Result<TimePoint> at = ParseApiTime(text);
  if (!at.has_value() && fallback) {  // Prometheus words this one twice.
    at.error().message = fmt::format("invalid time value for '{}': {}", name, at.error().message);
  }
  return Named(name, std::move(at));
}

Result<std::optional<Duration>> Params::DurationOf(std::string_view name) const {
  if (Get(name).empty()) {
    return std::optional<Duration>();
  }
  SW_TRY_ASSIGN(const std::chrono::nanoseconds duration, RequireDuration(name));
  return std::optional(std::chrono::duration_cast<Duration>(duration));
}

Result<std::chrono::nanoseconds> Params::RequireDuration(std::string_view name) const {
  return Named(name, ParseApiDuration(Get(name)));
}

Result<std::size_t> Params::Limit(std::string_view name) const {
  const std::string_view text = Get(name);
  if (text.empty()) {
    return std::size_t{0};
  }
  const std::optional<std::int64_t> limit = ParseInteger(text);
  if (!limit) {
    return Fail(ErrorCode::kInvalidArgument,
                "invalid parameter \"{}\": strconv.Atoi: parsing \"{}\": invalid syntax",
                name,
                text);
  }
  if (*limit < 0) {
    return Fail(
        ErrorCode::kInvalidArgument, "invalid parameter \"{}\": limit must be non-negative", name);
  }
  return static_cast<std::size_t>(*limit);
}

Result<std::size_t> Params::Number(std::string_view name) const {
  if (Get(name).empty()) {
    return std::size_t{0};
  }
  const std::optional<std::int64_t> number = ParseInteger(Get(name));
  if (!number) {
    return Fail(ErrorCode::kInvalidArgument, "{} must be a number", name);
  }
  return static_cast<std::size_t>(std::max<std::int64_t>(*number, 0));
}

Result<std::vector<std::vector<Matcher>>> Params::Selectors() const {
  std::vector<std::vector<Matcher>> selectors;
  for (const std::string& text : All("match[]")) {
    SW_TRY_ASSIGN(std::vector<Matcher> matchers, Named("match[]", promql::ParseSelector(text)));
    const bool selective = std::any_of(
        matchers.begin(), matchers.end(), [](const Matcher& m) { return !m.Matches(""); });
    if (!selective) {
      return Fail(ErrorCode::kInvalidArgument,
                  "invalid parameter \"match[]\": match[] must contain at least one non-empty "
                  "matcher");
    }
    selectors.push_back(std::move(matchers));
  }
  return selectors;
}

Result<storage::TimeRange> Params::Range() const {
  storage::TimeRange range;
  SW_TRY_ASSIGN(range.from, Time("start", AllTime().from));
  SW_TRY_ASSIGN(range.to, Time("end", AllTime().to));
  return range;
}

}  // namespace sidewatch::api
