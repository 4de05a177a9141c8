#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/rules/unittest/compare.h"

namespace sidewatch::alerts::rules::unittest {

/// Both lists as one JSON text, place by place, with what differs in the colours of a terminal:
/// red for what is missing, green for what is too much, yellow `exp => got` for what is another.
/// All lines but the first begin with `indent`.
std::string AlertDiff(const std::vector<FiringAlert>& expected,
                      const std::vector<FiringAlert>& got,
                      std::string_view indent);

}  // namespace sidewatch::alerts::rules::unittest
