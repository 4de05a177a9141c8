#pragma once

#include <string>
#include <string_view>

namespace sidewatch::probes {

/// The host of `scheme://user@host:port/path`, without the brackets of an IPv6 address.
std::string HostOf(std::string_view url);

}  // namespace sidewatch::probes
