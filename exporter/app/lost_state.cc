#include "exporter/app/lost_state.h"

#include <filesystem>
#include <system_error>

#include <sys/statvfs.h>

namespace sidewatch::app {

bool DiskTakesNothing(const std::string& folder) {
  // An empty state.db takes about as much.
  constexpr unsigned long kLeastBytes = 256UL * 1024;
  std::error_code ignored;
  std::filesystem::path there = std::filesystem::absolute(folder, ignored);
  while (there.has_relative_path() && !std::filesystem::exists(there, ignored)) {
    there = there.parent_path();
  }

  struct statvfs disk {};

  if (statvfs(there.c_str(), &disk) != 0) {
    return false;
  }
  // Without blocks it is no disk, as /proc: a wrong path, not a full one.
  const bool full = disk.f_blocks > 0 && disk.f_bavail * disk.f_frsize < kLeastBytes;
  return (disk.f_flag & ST_RDONLY) != 0 || full;
}

}  // namespace sidewatch::app
