#pragma once

#include <string>
#include <vector>

#include "exporter/base/result.h"

namespace sidewatch::net {

enum class Transport { kPlain, kTls };

/// What CivetWeb is told to listen on, for `host:port` or `:port`; the second entry, if any, is for
/// machines without IPv6. Errors: kInvalidArgument.
Result<std::vector<std::string>> ListenSpecs(const std::string& address, Transport transport);

}  // namespace sidewatch::net
