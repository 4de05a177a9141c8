#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::host {

/// What /proc/PID/stat says, in the kernel's units.
struct ProcessStat {
  std::string_view comm;
  char state = '?';
  std::int64_t parent = 0;
  double minor_faults = 0;
  double major_faults = 0;
  double user_ticks = 0;
  double system_ticks = 0;
  double threads = 0;
  double start_ticks = 0;  ///< Since boot; with the pid it tells a process from a later one.
  double virtual_bytes = 0;
  double resident_pages = 0;
};

/// Nothing: not such a text. `comm` may hold any character and is taken up to the last bracket.
std::optional<ProcessStat> ParseProcessStat(std::string_view text);

/// The words of /proc/PID/cmdline. None: a kernel thread.
std::vector<std::string> ParseCmdline(std::string_view text);

/// The number behind `name:` in /proc/PID/status or /proc/PID/io, with ` kB` as bytes.
std::optional<double> StatusNumber(std::string_view text, std::string_view name);

/// The soft limit of open files in /proc/PID/limits. Nothing: none, or unlimited.
std::optional<double> OpenFilesLimit(std::string_view text);

}  // namespace sidewatch::host
