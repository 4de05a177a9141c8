#include "exporter/base/check.h"

#include <cstdlib>

#include <fmt/format.h>

namespace sidewatch {

void BugFound(const char* file, int line, const char* condition, const char* message) {
  fmt::print(stderr, "BUG: {}:{}: {}: {}\n", file, line, condition, message);
  std::abort();
}

}  // namespace sidewatch
