#pragma once

#include <string>
#include <utility>

#include "exporter/storage/journal.h"

namespace sidewatch::app {

/// Whether the disk of `folder`, which may not be there yet, is read-only or full: no mistake of
/// whoever starts the program, and no reason to watch nothing.
bool DiskTakesNothing(const std::string& folder);

/// Stands in for the journal on such a disk: nothing is there, and every write fails, so that
/// metrics, health and alerts say what a restart will lose.
class LostJournal final : public storage::Journal {
 public:
  explicit LostJournal(Error why) : why_(std::move(why)) {}

  Status Write(std::string_view /*batch*/, TimePoint /*newest*/) override { return Fail(why_); }

  Status Replay(const std::function<Status(std::string_view batch)>& /*read*/) override {
    return {};
  }

  Status Truncate(TimePoint /*limit*/) override { return {}; }

 private:
  const Error why_;
};

}  // namespace sidewatch::app
