#pragma once

#include <string>
#include <string_view>

#include "collectors/probes/options.h"

namespace sidewatch::probes {

/// Reads the keys of blackbox_exporter's http prober, and `json`.
HttpOptions ReadHttpOptions(config::MapReader& target, std::string url);

/// Reads a regular expression; null if the key is absent or wrong.
Pattern ReadPattern(config::MapReader& map, std::string_view key);

/// Reads `preferred_ip_protocol` and `ip_protocol_fallback`.
IpChoice ReadIpChoice(config::MapReader& map);

}  // namespace sidewatch::probes
