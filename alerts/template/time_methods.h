#pragma once

#include <span>

#include "alerts/template/value.h"

namespace sidewatch::alerts::templates {

/// `.Format`, `.Unix`, `.Add` and so on.
std::span<const Function> TimeMethods();

/// `.Seconds`, `.String` and so on.
std::span<const Function> DurationMethods();

}  // namespace sidewatch::alerts::templates
