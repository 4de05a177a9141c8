#pragma once

#include <memory>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/state/database.h"
#include "exporter/state/sample_journal.h"
#include "exporter/tsdb/head.h"

namespace sidewatch::app {

/// All samples of a state.db, of whatever age, in memory. Nothing is written.
class StoredSamples {
 public:
  /// Errors: those of the database, and kNotFound if there is no state.db in `storage_path`.
  static Result<std::unique_ptr<StoredSamples>> Open(const std::string& storage_path);

  const tsdb::Head& head() const { return *head_; }

 private:
  StoredSamples() = default;

  SystemClock clock_;
  std::unique_ptr<state::Database> database_;
  std::unique_ptr<state::SampleJournal> journal_;
  std::unique_ptr<tsdb::Head> head_;
};

}  // namespace sidewatch::app
