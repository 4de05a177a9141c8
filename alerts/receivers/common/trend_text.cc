#include "alerts/receivers/common/trend_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

// Each is a query at the worst moment; nobody looks at a fourth picture.
constexpr std::size_t kMaxTrends = 3;
constexpr std::size_t kSparkWidth = 30;

struct Bounds {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  bool any() const { return low <= high; }
};

Bounds BoundsOf(std::span<const double> values) {
  Bounds bounds;
  for (const double value : values) {
    if (std::isfinite(value)) {
      bounds.low = std::min(bounds.low, value);
      bounds.high = std::max(bounds.high, value);
    }
  }
  return bounds;
}

/// The last value of each of `width` equal parts; NaN for a part without any.
std::vector<double> Squeeze(std::span<const double> values, std::size_t width) {
  std::vector<double> parts(std::min(width, values.size()),
                            std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) {
      parts[i * parts.size() / values.size()] = values[i];
    }
  }
  return parts;
}

std::optional<double> LastOf(std::span<const double> values) {
  for (std::size_t i = values.size(); i > 0; --i) {
    if (std::isfinite(values[i - 1])) {
      return values[i - 1];
    }
  }
  return std::nullopt;
}

}  // namespace

std::string ShortNumber(double value) {
  constexpr std::array<std::pair<double, std::string_view>, 4> kUnits = {
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [size, unit] : kUnits) {
    // From 10,000 on: 9999 is read at a glance.
    if (std::isfinite(value) && std::abs(value) >= std::max(size, 1e4)) {
      return fmt::format("{:.4g}{}", value / size, unit);
    }
  }
  return fmt::format("{:.4g}", value);
}

std::string Sparkline(std::span<const double> values, std::size_t width) {
  constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::vector<double> parts = Squeeze(values, width);
  const Bounds bounds = BoundsOf(parts);
  std::string line;
  for (const double part : parts) {
    if (!std::isfinite(part)) {
      line += ' ';
      continue;
    }
    const double share =
        bounds.high > bounds.low ? (part - bounds.low) / (bounds.high - bounds.low) : 0.0;
    const auto level = static_cast<std::size_t>(share * static_cast<double>(kBlocks.size()));
    line += kBlocks[std::min(level, kBlocks.size() - 1)];
  }
  return line;
}

std::string RangeOf(const Trend& trend) {
  const Bounds bounds = BoundsOf(trend.values);
  if (!bounds.any()) {
    return "";
  }
  return bounds.low == bounds.high
             ? "steady"
             : fmt::format("{} to {}", ShortNumber(bounds.low), ShortNumber(bounds.high));
}

Trends TrendsOf(const Notification& notification, const ReceiverDeps& deps) {
  Trends trends;
  if (!deps.trend) {
    return trends;
  }
  const std::size_t count = std::min(notification.alerts.size(), kMaxTrends);
  trends.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Alert& alert = notification.alerts[i];
    trends.push_back(alert.ResolvedAt(notification.at) ? std::nullopt
                                                       : deps.trend(alert, notification.at));
  }
  return trends;
}

void AddTrends(const Trends& trends, NotificationSummary& summary) {
  for (std::size_t i = 0; i < std::min(trends.size(), summary.alerts.size()); ++i) {
    AlertSummary& alert = summary.alerts[i];
    const auto& trend = trends[i];
    const auto last = trend ? LastOf(trend->values) : std::nullopt;
    if (!last) {
      continue;
    }
    if (alert.value.empty()) {
      alert.value = ShortNumber(*last);
    }
    if (trend->limit) {
      alert.value +=
          fmt::format(" (fires at {} {})", trend->limit->op, ShortNumber(trend->limit->value));
    }
    alert.range = RangeOf(*trend);
    alert.moved = fmt::format("{} {}", Sparkline(trend->values, kSparkWidth), alert.range);
  }
}

}  // namespace sidewatch::alerts
