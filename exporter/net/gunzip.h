#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::net {

/// Undoes gzip, one or several members after each other, to its very end.
///
/// libcurl takes a body that was cut short for a whole one; here that is an error.
/// Errors: kProtocol       it is no gzip, is damaged or ends too early;
///         kLimitExceeded  the text is larger than `limit` bytes.
Result<std::string> Gunzip(std::string_view packed, std::size_t limit);

}  // namespace sidewatch::net
