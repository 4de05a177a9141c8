#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/matcher.h"
#include "exporter/net/http_message.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::api {

/// The parameters of one request, from the URL and a form body. All errors are kInvalidArgument and
/// begin with `invalid parameter "NAME": ` as Prometheus' do, except where it words them otherwise.
class Params {
 public:
  explicit Params(const net::HttpRequest& request) : values_(request.Form()) {}

  /// The first value; empty if absent.
  std::string_view Get(std::string_view name) const;
  std::vector<std::string> All(std::string_view name) const;

  /// Absent or empty gives `fallback`; with no fallback it is an error.
  Result<TimePoint> Time(std::string_view name, std::optional<TimePoint> fallback) const;

  /// Absent or empty gives nothing.
  Result<std::optional<Duration>> DurationOf(std::string_view name) const;

  /// As DurationOf, but the value must be there. What Go cuts off below a millisecond is there.
  Result<std::chrono::nanoseconds> RequireDuration(std::string_view name) const;

  /// As Limit, worded as the endpoints of metadata do; any negative number means without limit too.
  Result<std::size_t> Number(std::string_view name) const;

  /// 0 means without limit.
  Result<std::size_t> Limit(std::string_view name = "limit") const;

  /// The selectors of `match[]`, each with a matcher that does not take the empty text.
  Result<std::vector<std::vector<Matcher>>> Selectors() const;

  /// `start` and `end`; absent: all there is.
  Result<storage::TimeRange> Range() const;

 private:
  net::FormValues values_;
};

/// Unix seconds, or RFC 3339. Errors: `cannot parse "X" to a valid timestamp`.
Result<TimePoint> ParseApiTime(std::string_view text);

/// Seconds, or a duration as Prometheus writes it. Errors: `cannot parse "X" to a valid duration`.
Result<std::chrono::nanoseconds> ParseApiDuration(std::string_view text);

/// Far enough in both directions, and safe to add a duration to.
storage::TimeRange AllTime();

}  // namespace sidewatch::api
