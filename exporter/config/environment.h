#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::config {

/// Replaces `${NAME}` and `${NAME:-default}` by the environment's values; `$${` stands for `${`.
/// What is not an identifier in braces stays. Errors: kNotFound naming a variable that is not set
/// and has no default.
Result<std::string> ExpandEnvironment(std::string_view text);

}  // namespace sidewatch::config
