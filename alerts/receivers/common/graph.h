#pragma once

#include <cstdint>
#include <string>

#include "alerts/model/trend.h"

namespace sidewatch::alerts {

/// How large mail programs show the picture, in CSS pixels; it has twice as many for sharp screens.
inline constexpr int kGraphWidth = 480;
inline constexpr int kGraphHeight = 96;

/// The trend as a PNG: a line over its tinted area, and the limit dashed in red if it is near
/// enough to be of use. Empty if the trend holds no value. A few kilobytes.
std::string DrawGraph(const Trend& trend);

}  // namespace sidewatch::alerts
