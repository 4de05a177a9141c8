#pragma once

#include <optional>
#include <vector>

#include "collectors/backups/ledger.h"
#include "collectors/backups/options.h"
#include "exporter/cron/due_times.h"

namespace sidewatch::backups {

struct Plan {
  TimePoint expected;
  std::optional<TimePoint> next;
  cron::State state = cron::State::kOk;
};

/// True if `period` is a backup of the time `due`: it lies behind, or its name's day contains it.
bool Serves(const NamePeriod& period, TimePoint due);

/// The state at `now`. `writing`: a newer file is there that still grows.
Plan Judge(const Options& options,
           cron::DueTimes& times,
           const Ledger& ledger,
           TimePoint now,
           bool writing);

/// Counts the due times that passed unserved since the last call, also those while nobody looked.
void CountMissed(const Options& options,
                 const std::vector<NamePeriod>& good,
                 TimePoint now,
                 Ledger& ledger);

}  // namespace sidewatch::backups
