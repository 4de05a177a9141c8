#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/state/database.h"
#include "exporter/storage/journal.h"

namespace sidewatch::state {

/// What the last Replay found.
struct ReplayReport {
  std::size_t batches = 0;  ///< Handed out.
  std::size_t bytes = 0;
  std::size_t skipped = 0;    ///< Damaged: their samples are lost, all others are there.
  std::string first_problem;  ///< Empty: none.
};

/// The sample journal in state.db: batches with a checksum each.
///
/// Lifetime: `database` outlives it. Threads: safe.
class SampleJournal final : public storage::Journal {
 public:
  explicit SampleJournal(Database& database) : database_(database) {}

  Status Write(std::string_view batch, TimePoint newest) override;

  /// Skips damaged batches and says so in last_replay(). Errors: those of `read`; a file that
  /// cannot be read further is not an error but the end of the journal, and in the report.
  Status Replay(const std::function<Status(std::string_view batch)>& read) override;

  using Writer = std::function<Status(std::string_view batch, TimePoint newest)>;

  /// Runs `import`, which writes batches by the function that it is given: all of them are kept,
  /// and flushed to the disk, or none. Nobody else may use the database meanwhile. Errors: those of
  /// `import`, too.
  Status Import(const std::function<Status(const Writer& write)>& import);

  Status Truncate(TimePoint limit) override;

  ReplayReport last_replay() const;

 private:
  struct Stored {
    std::int64_t id = 0;
    std::uint64_t checksum = 0;
    std::string batch;
  };

  /// Some batches, and why there are not more although there should be.
  struct Page {
    std::vector<Stored> batches;
    Status readable;
  };

  static Status Insert(Transaction& transaction, std::string_view batch, TimePoint newest);
  Page LoadAfter(std::int64_t id);
  static Status HandOut(const std::vector<Stored>& batches,
                        const std::function<Status(std::string_view batch)>& read,
                        ReplayReport& report);
  Status LoadInto(Page& page, std::int64_t id);

  Database& database_;
  mutable Mutex mutex_;
  ReplayReport report_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::state
