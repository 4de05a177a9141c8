#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sidewatch::heartbeats {

/// What a job has told of itself. Times are Unix milliseconds; what never happened is absent.
struct PingRecord {
  std::optional<std::int64_t> known_since = std::nullopt;  ///< When the job was first expected.
  std::optional<std::int64_t> last_success = std::nullopt;
  std::optional<std::int64_t> last_start = std::nullopt;
  std::optional<std::int64_t> last_fail = std::nullopt;
  std::optional<std::int64_t> last_duration = std::nullopt;  ///< Milliseconds from start to end.
  std::optional<std::int64_t> last_exit_code = std::nullopt;
  std::optional<std::int64_t> running = std::nullopt;  ///< 1 between a start and its end.
  std::optional<std::int64_t> successes = std::nullopt;
  std::optional<std::int64_t> starts = std::nullopt;
  std::optional<std::int64_t> fails = std::nullopt;
  std::string body = {};  ///< The end of what came with the last ping that had something.

  bool operator==(const PingRecord&) const = default;
};

/// As it is kept in state.db: a line `key=number` for each field that is there, an empty line, the
/// body.
std::string EncodeRecord(const PingRecord& record);

/// Keys that are not known (of a newer program) are skipped. Nothing: not such a text.
std::optional<PingRecord> DecodeRecord(std::string_view text);

}  // namespace sidewatch::heartbeats
