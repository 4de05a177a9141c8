#pragma once

#include <string>

#include "alerts/model/history_event.h"

namespace sidewatch::alerts {

/// Alerts of one entry that are kept with their labels; `alertCount` tells of all.
inline constexpr std::size_t kMaxEntryAlerts = 100;

/// An event as it is kept and shown: a JSON object. Long texts are cut.
std::string EncodeHistoryEntry(const HistoryEvent& event);

}  // namespace sidewatch::alerts
