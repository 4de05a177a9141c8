#pragma once

#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace sidewatch {

/// `Sun, 06 Nov 1994 08:49:37 GMT`, as mail (RFC 5322) and HTTP (RFC 9110) write a time of day in
/// UTC, whatever the locale; `zone` is what stands at its end. The year is from 0 to 9999.
std::string FormatInternetDate(TimePoint at, std::string_view zone);

}  // namespace sidewatch
