#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/alert.h"
#include "exporter/base/clock.h"

namespace sidewatch::alerts {

/// What can happen to alerts. The names are those of HistoryKindName, in this order.
enum class HistoryKind {
  kFired,
  kResolved,
  kSent,     ///< A receiver took a notification.
  kFailed,   ///< The first attempt of a notification failed; it is tried again.
  kGivenUp,  ///< A notification is not tried any more.
  kSilenced,
  kInhibited,
  kMuted,  ///< Held back by a time interval.
  kAcknowledged,
  kUnacknowledged,
};

inline constexpr std::size_t kHistoryKinds = 10;

/// `fired`, `resolved`, `sent`, `failed`, `given_up`, `silenced`, …
std::string_view HistoryKindName(HistoryKind kind);
std::optional<HistoryKind> ParseHistoryKind(std::string_view name);

/// One thing that happened. What does not apply is empty.
struct HistoryEvent {
  TimePoint at;
  HistoryKind kind = HistoryKind::kFired;
  std::vector<Alert> alerts;
  std::string receiver = {};
  std::string integration = {};  ///< `ops/slack[0]`.
  std::string to = {};           ///< Whom the integration tells: an address, a channel.
  std::string group_key = {};
  std::string reason = {};  ///< Why it was sent.
  std::string answer = {};  ///< What the receiver answered.
  std::string by = {};    ///< Who acknowledged, or which silence, inhibition or interval held back.
  std::string from = {};  ///< The address that an acknowledgement came from.
  std::string comment = {};
};

/// Takes what happens. Threads: safe.
class HistoryWriter {
 public:
  HistoryWriter() = default;
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;
  virtual ~HistoryWriter() = default;

  /// Never fails for the caller: alerting goes on without its history.
  virtual void Record(std::span<const HistoryEvent> events) = 0;
};

}  // namespace sidewatch::alerts
