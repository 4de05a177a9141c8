#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerts/model/trend.h"
#include "alerts/receivers/common/deps.h"
#include "alerts/receivers/common/summary.h"

namespace sidewatch::alerts {

/// For people: at most four digits, and k, M, G or T: `91.25`, `1.5M`, `0.0021`.
std::string ShortNumber(double value);

/// One block character for each of at most `width` points, a blank where there was no value:
/// `▁▁▂▃▅▇█`.
std::string Sparkline(std::span<const double> values, std::size_t width);

/// `12 to 95`, or `steady`; empty if the trend holds no value.
std::string RangeOf(const Trend& trend);

/// Of the first alerts of a message, by their place; nothing for those that have ended.
using Trends = std::vector<std::optional<Trend>>;

/// Asks for the trends of a few alerts.
Trends TrendsOf(const Notification& notification, const ReceiverDeps& deps);

/// Adds value, limit and movement to the alerts that have a trend. What an alert says of its value
/// itself stays.
void AddTrends(const Trends& trends, NotificationSummary& summary);

}  // namespace sidewatch::alerts
