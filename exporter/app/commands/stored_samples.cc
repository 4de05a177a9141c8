#include "exporter/app/commands/stored_samples.h"

#include <filesystem>
#include <limits>

#include <fmt/format.h>

namespace sidewatch::app {

Result<std::unique_ptr<StoredSamples>> StoredSamples::Open(const std::string& storage_path) {
  const std::string path = (std::filesystem::path(storage_path) / "state.db").string();
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) {
    return Fail(ErrorCode::kNotFound,
                "{}: there is no such file; name the folder of state.db by --storage.path",
                path);
  }
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
  std::unique_ptr<StoredSamples> stored(new StoredSamples());
  SW_TRY_ASSIGN(stored->database_, state::Database::Open(path));
  stored->journal_ = std::make_unique<state::SampleJournal>(*stored->database_);
  stored->head_ = std::make_unique<tsdb::Head>(
      tsdb::HeadOptions{.retention = Duration(0),
                        .max_series = std::numeric_limits<std::size_t>::max()},
      stored->clock_,
      stored->journal_.get());
  SW_TRY(stored->head_->Replay());
  if (const tsdb::HeadStats stats = stored->head_->Stats(); stats.replay_lost_batches > 0) {
    fmt::print(stderr,
               "sidewatch: {}: {} damaged batches are left out\n",
               path,
               stats.replay_lost_batches);
  }
  return stored;
}

}  // namespace sidewatch::app
