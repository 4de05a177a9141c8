#pragma once

#include <string>
#include <string_view>

#include "alerts/template/lexer.h"
#include "alerts/template/value.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// The text of a quoted Go string, with its quotes. Errors: kInvalidArgument `invalid syntax`.
Result<std::string> Unquote(std::string_view quoted);

/// The value of a number, complex number or character constant.
/// Errors: kInvalidArgument `illegal number syntax: "0x"` and the like.
Result<Value> ParseNumberLiteral(std::string_view text, TokenKind kind);

}  // namespace sidewatch::alerts::templates
