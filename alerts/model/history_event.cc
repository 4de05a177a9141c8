#include "alerts/model/history_event.h"

#include <algorithm>
#include <array>

namespace sidewatch::alerts {
namespace {

constexpr std::array<std::string_view, kHistoryKinds> kNames = {"fired",
                                                                "resolved",
                                                                "sent",
                                                                "failed",
                                                                "given_up",
                                                                "silenced",
                                                                "inhibited",
                                                                "muted",
                                                                "acknowledged",
                                                                "unacknowledged"};

}  // namespace

std::string_view HistoryKindName(HistoryKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<HistoryKind> ParseHistoryKind(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) {
    return std::nullopt;
  }
  return static_cast<HistoryKind>(found - kNames.begin());
}

}  // namespace sidewatch::alerts
