#pragma once

#include <optional>
#include <string_view>

#include "collectors/backups/ledger.h"
#include "collectors/backups/options.h"

namespace sidewatch::backups {

/// Where a backup stands in its schedule.
enum class ScheduleState {
  kOk,      ///< The last due one is there.
  kDue,     ///< In the first half of its grace, or being written.
  kLate,    ///< In the second half.
  kMissed,  ///< Its grace is over.
};

inline constexpr std::string_view kScheduleStates[] = {"ok", "due", "late", "missed"};

struct Plan {
  TimePoint expected;
  std::optional<TimePoint> next;
  ScheduleState state = ScheduleState::kOk;
};

/// The times of a schedule around now, kept until the next of them comes.
class DueTimes {
 public:
  /// Nothing: no time has come yet.
  std::optional<TimePoint> Last(const Options& options, TimePoint now);

  std::optional<TimePoint> next() const { return next_; }

 private:
  std::optional<TimePoint> asked_;
  std::optional<TimePoint> last_;
  std::optional<TimePoint> next_;
};

/// True if `period` is a backup of the time `due`: it lies behind, or its name's day contains it.
bool Serves(const NamePeriod& period, TimePoint due);

/// The state at `now`. `writing`: a newer file is there that still grows.
Plan Judge(
    const Options& options, DueTimes& times, const Ledger& ledger, TimePoint now, bool writing);

/// Counts the due times that passed unserved since the last call, also those while nobody looked.
void CountMissed(const Options& options,
                 const std::vector<NamePeriod>& good,
                 TimePoint now,
                 Ledger& ledger);

}  // namespace sidewatch::backups
