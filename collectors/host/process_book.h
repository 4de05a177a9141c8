#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::host {

/// What only grows while a process lives.
enum ProcessCounter : std::size_t {
  kUserSeconds,
  kSystemSeconds,
  kReadBytes,
  kWrittenBytes,
  kMajorFaults,
  kMinorFaults,
  kVoluntarySwitches,
  kForcedSwitches,
  kProcessCounters,
};

inline constexpr std::size_t kProcessStates = 5;

using ProcessCounters = std::array<std::optional<double>, kProcessCounters>;

/// One process of a group as it is now.
struct ProcessNow {
  ProcessCounters counters;
  std::size_t state = 0;  ///< Its place among the names of states.
  double start_seconds = 0;
  double threads = 0;
  double resident = 0;
  double virtual_size = 0;
  std::optional<double> swapped = std::nullopt;
  std::optional<double> open_files = std::nullopt;
  std::optional<double> open_files_limit = std::nullopt;
};

/// A group over the time of the program: its counters keep what processes that are gone have done.
struct ProcessGroup {
  ProcessCounters counters;
  double processes = 0;
  double threads = 0;
  double resident = 0;
  double virtual_size = 0;
  std::optional<double> swapped = std::nullopt;
  std::optional<double> open_files = std::nullopt;
  std::optional<double> worst_files_ratio = std::nullopt;
  std::optional<double> oldest_start = std::nullopt;
  std::array<double, kProcessStates> states{};
};

/// Remembers processes and groups from run to run.
///
///   book.Begin();  book.Add(pid, now, "postgres"); …  book.End();
class ProcessBook {
 public:
  /// A process that was seen before. `start_ticks` tells it from an earlier one with the same
  /// number. Lifetime: until End().
  struct Known {
    double start_ticks = 0;
    std::string comm = {};
    std::optional<std::string> group = std::nullopt;
    ProcessCounters last = {};
    std::uint64_t seen = 0;  ///< The run in which it was last there.
  };

  /// Forgets how things are now, but not the counters.
  void Begin();

  /// What is known of a process, if it is the same one still.
  Known* Find(std::int64_t pid, double start_ticks);

  Known& Remember(std::int64_t pid, double start_ticks);

  /// Makes a group known, also without processes. False: there are `most` already.
  bool AddGroup(const std::string& group, std::size_t most);

  /// Counts a process to a group that is known.
  void Add(Known& known, const ProcessNow& now, const std::string& group);

  /// Forgets the processes that were not seen since Begin().
  void End();

  const std::map<std::string, ProcessGroup, std::less<>>& groups() const { return groups_; }

 private:
  std::map<std::int64_t, Known> processes_;
  std::map<std::string, ProcessGroup, std::less<>> groups_;
  std::uint64_t run_ = 0;
};

}  // namespace sidewatch::host
