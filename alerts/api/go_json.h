#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace sidewatch::alerts {

/// Finds the first JSON value of `text`, as Go's decoder does: what follows it is not looked at.
///
/// Gives its end, or the words of Go's encoding/json for what is wrong with it.
tl::expected<std::size_t, std::string> FindJsonValue(std::string_view text);

}  // namespace sidewatch::alerts
