#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// Base 64 in the alphabet that is safe in URLs (`-` and `_`), padded.
std::string EncodeBase64Url(std::string_view bytes);

/// Errors: kInvalidArgument `illegal base64 data at input byte N`.
Result<std::string> DecodeBase64Url(std::string_view text);

}  // namespace sidewatch::alerts::templates
