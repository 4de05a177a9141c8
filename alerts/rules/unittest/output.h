#pragma once

#include <functional>
#include <string_view>

namespace sidewatch::alerts::rules::unittest {

/// Where the commands print, piece by piece as they go on.
struct Output {
  std::function<void(std::string_view)> out;  ///< What goes well.
  std::function<void(std::string_view)> err;  ///< Failures.
};

}  // namespace sidewatch::alerts::rules::unittest
