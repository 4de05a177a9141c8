#pragma once

#include <cstddef>
#include <string>

#include "alerts/template/value.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

struct JsonLimit {
  std::size_t bytes = 1024UL * 1024;
};

/// The value as Go's json.Marshal writes it: keys sorted, `<>&` as \u003c and so on.
/// Errors: kInvalidArgument for NaN and infinities, kLimitExceeded.
Result<std::string> ToJson(const Value& value, JsonLimit limit);

}  // namespace sidewatch::alerts::templates
