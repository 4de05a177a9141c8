#include "exporter/base/glob.h"

#include <glob.h>

namespace sidewatch {

std::vector<std::string> Glob(const std::string& pattern, GlobBraces braces) {
  glob_t found{};
  std::vector<std::string> paths;
  const int flags = braces == GlobBraces::kYes ? GLOB_BRACE : 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): without GLOB_TILDE it reads only the file system.
  if (::glob(pattern.c_str(), flags, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

}  // namespace sidewatch
