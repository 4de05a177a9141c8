#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/tsdb/head.h"
#include "tests/testkit/manual_clock.h"
#include "tests/unit/exporter/tsdb/memory_journal.h"

namespace sidewatch::tsdb {

inline LabelSet Named(std::string_view name, std::string_view number = "") {
  return LabelSetBuilder().Set(kMetricName, name).Set("number", number).Build();
}

class HeadTest : public testing::Test {
 protected:
  static constexpr storage::TimeRange kAlways = {FromUnixMillis(-(1LL << 60)),
                                                 FromUnixMillis(1LL << 60)};

  /// `minutes` after the start of the clock.
  TimePoint At(std::int64_t minutes) const { return start_ + std::chrono::minutes(minutes); }

  static void Append(Head& head, const LabelSet& labels, TimePoint at, double value) {
    const auto appender = head.NewAppender();
    const auto ref = appender->Append(labels, at, value);
    ASSERT_TRUE(ref.has_value()) << ref.error().message;
    ASSERT_TRUE(appender->Commit().has_value());
  }

  static storage::SeriesSet SelectAll(const Head& head) { return head.Select({}, kAlways).value(); }

  /// Series as text to its samples.
  static std::map<std::string, std::vector<std::pair<std::int64_t, double>>> Dump(
      const Head& head) {
    std::map<std::string, std::vector<std::pair<std::int64_t, double>>> dump;
    for (const auto& series : SelectAll(head)) {
      storage::SampleColumns columns;
      series->Read(kAlways, columns);
      auto& samples = dump[series->labels().ToString()];
      for (std::size_t i = 0; i < columns.size(); ++i) {
        samples.emplace_back(columns.times[i], columns.values[i]);
      }
    }
    return dump;
  }

  testkit::ManualClock clock_;
  TimePoint start_ = clock_.Now();
  MemoryJournal journal_;
};

}  // namespace sidewatch::tsdb
