#pragma once

#include <optional>
#include <string_view>

#include "alerts/pipeline/receiver.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/config/reader.h"
#include "exporter/net/http_client.h"

namespace sidewatch::alerts {

/// How an HTTP reply counts: 2xx delivered; 408, 429, 5xx and no reply at all try again, with the
/// patience that `Retry-After` asks for; everything else is refused.
Delivery ToDelivery(const Result<net::HttpReply>& reply, TimePoint now);

/// Seconds or an HTTP date; nothing for anything else. At most a day.
std::optional<Duration> ParseRetryAfter(std::string_view text, TimePoint now);

/// Reads `http_config` of a receiver or, if it has none, of `global`.
net::HttpClientOptions ReadHttpConfig(config::MapReader& map, const config::Node& global);

/// Reports what is wrong with the value of an `http_config`.
void CheckHttpConfig(const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace sidewatch::alerts
