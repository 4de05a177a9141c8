#pragma once

#include <string>
#include <string_view>

namespace sidewatch::api {

/// Undoes the escaping of names that are not classic in a URL: `U__http_2e_status` is
/// `http.status`, `__` is an underscore. What is not escaped that way is returned as it is.
std::string UnescapeLabelName(std::string_view name);

}  // namespace sidewatch::api
