#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/alert.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts {

/// What one receiver is to be told about one group of alerts. All fields are always set.
struct Notification {
  std::string receiver;   ///< The receiver's name in the routing file.
  std::string group_key;  ///< `{route key}:{group labels}`, stable over restarts.
  LabelSet group_labels;
  LabelSet route_labels;
  std::vector<Alert> alerts;  ///< Firing ones first, then resolved ones. Never empty.
  TimePoint at;        ///< When the group was flushed: alerts are firing or resolved as of then.
  std::string reason;  ///< Why it is sent: `first notification`, `new alerts added`…

  /// Fingerprints, sorted, of alerts that the receiver heard of before and that are held back while
  /// they fire: not shown, but their end is still to be told.
  std::vector<std::uint64_t> still_known = {};

  /// What the receiver remembered of its earlier messages about this group, since something fires:
  /// see Delivery. Not kept in the outbox; looked up for each attempt.
  std::string receiver_data = {};

  /// How many alerts the receiver's message may show; 0: as many as fit. Not kept in the outbox.
  std::size_t max_shown = 0;

  /// Sent by hand to see whether the receiver is reached. Not kept in the outbox.
  bool is_test = false;

  /// True if any alert fires at `at`.
  bool firing() const;
};

/// The bytes kept in the outbox, and back. Errors: kInvalidArgument for bytes that are not ours.
std::string EncodeNotification(const Notification& notification);
Result<Notification> DecodeNotification(std::string_view bytes);

}  // namespace sidewatch::alerts
