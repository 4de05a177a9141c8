#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/exposition/entry.h"

namespace sidewatch::exposition {

/// Finds the `_created` sample that tells since when a series counts.
///
/// OpenMetrics writes it after the samples that it belongs to, so the rest of the family is looked
/// through once, and only if the word is in it: a page without start times costs one search of its
/// text, one with them at most twice the reading.
class StartTimes {
 public:
  /// A HELP, TYPE or UNIT line: another family begins.
  void BeginFamily(std::string_view name);

  /// The start time of the sample in `entry`; `rest` is the page after its line.
  std::optional<TimePoint> Find(const RawEntry& entry, std::string_view rest);

  /// True if `entry` is itself such a sample, of a type that may have them.
  static bool IsCreated(const RawEntry& entry);

 private:
  struct Created {
    std::size_t bytes_left;  // Of the page after its line: tells what stands before what.
    std::uint64_t series;
    double seconds;
  };

  void LookThrough(MetricType type, std::string_view rest);
  std::uint64_t Identify(const RawEntry& entry, std::string_view family);

  std::string_view family_;
  bool looked_ = false;
  std::vector<Created> created_;  // In the order of the page.
  std::size_t next_ = 0;
  std::optional<Created> last_;
  std::string scratch_;
};

}  // namespace sidewatch::exposition
