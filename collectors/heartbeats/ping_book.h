#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "collectors/heartbeats/ping_record.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/scrape/memory.h"

namespace sidewatch::heartbeats {

/// As much of a ping's body is kept, its end.
inline constexpr std::size_t kMaxBody = 10'000;

enum class PingKind { kSuccess, kStart, kFail };

/// One word of a job.
struct Ping {
  PingKind kind = PingKind::kSuccess;
  std::int64_t exit_code = 0;  ///< Of success (0) and fail; a start has none.
  std::string_view body = {};
};

/// Keeps what jobs tell. Each ping is in state.db before it is answered; if the disk refuses, it is
/// kept in memory, and written with the next one that can be.
///
/// To the heartbeat collectors it is their memory, whatever the name space: there they find the
/// records, as EncodeRecord() writes them. Threads: safe.
class PingBook final : public scrape::Memory {
 public:
  /// All outlive it.
  PingBook(const Clock& clock, scrape::Memory& memory, Logger log)
      : clock_(clock), memory_(memory), log_(std::move(log)) {}

  /// Reads what was told before. Once, before the first ping.
  void Load();

  /// What the job `name` told so far. The first call makes it known, and from then on it can be
  /// late.
  PingRecord Expect(std::string_view name);

  void Take(std::string_view name, const Ping& ping);

  Result<Values> LoadAll(std::string_view name_space) override;
  Status SaveAll(std::string_view name_space, const Values& values) override;
  Status Delete(std::string_view name_space, std::string_view key) override;

 private:
  PingRecord& Known(std::string_view name) SW_REQUIRES(mutex_);
  void Save(std::string_view name) SW_REQUIRES(mutex_);

  const Clock& clock_;
  scrape::Memory& memory_;
  Logger log_;
  mutable Mutex mutex_;
  std::map<std::string, PingRecord, std::less<>> records_ SW_GUARDED_BY(mutex_);
  scrape::Memory::Values unwritten_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::heartbeats
