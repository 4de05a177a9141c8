#include "alerts/notifier/state_stores.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::alerts {

Result<GroupTimerMap> StateTimers::Load() {
  SW_TRY_ASSIGN(const auto rows, table_.LoadAll());
  GroupTimerMap timers;
  for (const auto& [id, text] : rows) {
    if (const auto millis = ParseInteger(text)) {
      timers.emplace(id, FromUnixMillis(*millis));
    }
  }
  return timers;
}

Status StateTimers::Save(std::string_view group_id, TimePoint next_flush) {
  return table_.Save(group_id, fmt::format("{}", ToUnixMillis(next_flush)));
}

Status StateTimers::Delete(std::string_view group_id) {
  return table_.Delete(group_id);
}

}  // namespace sidewatch::alerts
