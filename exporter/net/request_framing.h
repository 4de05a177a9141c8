#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/net/http_message.h"

namespace sidewatch::net {

/// What is wrong with how a request says where it ends and whom it is for: two readers, a proxy and
/// this server, might see different requests. Nothing: all is well. `version` as `1.1`.
std::optional<std::string> FramingProblem(std::string_view version,
                                          std::span<const Header> headers);

}  // namespace sidewatch::net
