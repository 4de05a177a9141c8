#pragma once

#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alerts/model/history_event.h"

namespace sidewatch::testkit {

/// Remembers what happened, in a line each: `sent Disk`, `acknowledged Disk by ann`.
class RecordingHistory final : public alerts::HistoryWriter {
 public:
  void Record(std::span<const alerts::HistoryEvent> events) override {
    for (const alerts::HistoryEvent& event : events) {
      lines.push_back(Line(event));
    }
  }

  static std::string Line(const alerts::HistoryEvent& event) {
    std::string line(alerts::HistoryKindName(event.kind));
    for (const alerts::Alert& alert : event.alerts) {
      line += fmt::format(" {}", alert.name());
    }
    return event.by.empty() ? line : fmt::format("{} by {}", line, event.by);
  }

  static std::vector<std::string> Lines(std::span<const alerts::HistoryEvent> events) {
    std::vector<std::string> all;
    for (const alerts::HistoryEvent& event : events) {
      all.push_back(Line(event));
    }
    return all;
  }

  std::vector<std::string> lines;
};

}  // namespace sidewatch::testkit
