#include "exporter/tsdb/mem_series.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sidewatch::tsdb {
namespace {

constexpr Duration kNoWindow = Duration(0);
constexpr storage::TimeRange kAlways = {FromUnixMillis(-(1LL << 60)), FromUnixMillis(1LL << 60)};

class MemSeriesTest : public testing::Test {
 protected:
  Verdict Append(std::int64_t at, double value, Duration window = kNoWindow) {
    const Sample sample{FromUnixMillis(at), value};
    const Verdict checked = series_.Check(sample, window);
    const Verdict verdict = series_.Append(sample, window, encoder_).verdict;
    EXPECT_EQ(checked, verdict);
    return verdict;
  }

  std::map<std::int64_t, double> Stored(const storage::TimeRange& range = kAlways) const {
    storage::SampleColumns columns;
    series_.Read(range, columns);
    std::map<std::int64_t, double> stored;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      stored.emplace(columns.times[i], columns.values[i]);
    }
    EXPECT_EQ(stored.size(), columns.size());
    EXPECT_TRUE(std::ranges::is_sorted(columns.times));
    return stored;
  }

  MemSeries series_{LabelSet({{"__name__", "up"}}), 0, 1};
  ChunkEncoder encoder_;
};

TEST_F(MemSeriesTest, ReadsWhatWasAppendedAcrossManyChunks) {
  std::map<std::int64_t, double> want;
  for (int i = 0; i < 5000; ++i) {
    // Flat stretches, changes and stretches that rise.
    const double value = i % 1500 < 700 ? 3 : i % 1500;
    want.emplace(i * 15'000, value);
    ASSERT_EQ(Append(i * 15'000, value), Verdict::kAppended);
  }
  EXPECT_EQ(Stored(), want);
  EXPECT_EQ(Stored({FromUnixMillis(15'000), FromUnixMillis(45'000)}),
            (std::map<std::int64_t, double>{{15'000, 3}, {30'000, 3}, {45'000, 3}}));
}

TEST_F(MemSeriesTest, TheNewestIsTheLastThatTheRangeHolds) {
  for (int i = 0; i < 1000; ++i) {
    Append(i * 15'000 + (i % 50 == 0 ? 7 : 0), i % 300 < 100 ? 3 : i * 0.37);
  }
  for (std::int64_t to = -20'000; to < 1010 * 15'000; to += 4'999) {
    for (const std::int64_t length : {0, 20'000, 400'000}) {
      const storage::TimeRange range = {FromUnixMillis(to - length), FromUnixMillis(to)};
      const std::map<std::int64_t, double> all = Stored(range);
      storage::SampleColumns scratch;
      const std::optional<Sample> newest = series_.Newest(range, scratch);
      ASSERT_EQ(newest.has_value(), !all.empty()) << to;
      if (newest.has_value()) {
        EXPECT_EQ(std::pair(ToUnixMillis(newest->at), newest->value),
                  std::pair(all.rbegin()->first, all.rbegin()->second));
      }
    }
  }
}

TEST_F(MemSeriesTest, TellsDuplicatesFromContradictionsInTailAndChunks) {
  for (int i = 0; i < 100; ++i) {
    Append(i * 10, i);
  }
  EXPECT_EQ(Append(990, 99), Verdict::kDuplicate);
  EXPECT_EQ(Append(990, 1), Verdict::kConflict);
  EXPECT_EQ(Append(50, 5), Verdict::kTooOld);
  EXPECT_EQ(Append(50, 5, Duration(10'000)), Verdict::kDuplicate);
  EXPECT_EQ(Append(50, 6, Duration(10'000)), Verdict::kConflict);
  EXPECT_EQ(Append(55, 6, Duration(10'000)), Verdict::kOutOfOrder);
  EXPECT_EQ(Stored().size(), 101U);
}

TEST_F(MemSeriesTest, SamplesInAnyOrderInsideTheWindowAreAllThere) {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  std::map<std::int64_t, double> want;
  std::int64_t now = 0;
  for (int i = 0; i < 5000; ++i) {
    now += static_cast<std::int64_t>(random() % 30);
    const std::int64_t at = now - static_cast<std::int64_t>(random() % 3000);
    const double value = random() % 5 == 0 ? 1 : static_cast<double>(random() % 100) / 10;
    const Verdict verdict = Append(at, value, Duration(10'000));
    const auto [place, added] = want.emplace(at, value);
    const Verdict expected = added                    ? verdict
                             : place->second == value ? Verdict::kDuplicate
                                                      : Verdict::kConflict;
    ASSERT_EQ(verdict, expected);
    ASSERT_NE(verdict, Verdict::kTooOld);
  }
  EXPECT_EQ(Stored(), want);
}

TEST_F(MemSeriesTest, ManyOldSamplesBeforeTheFirstChunkAreAllThere) {
  std::map<std::int64_t, double> want;
  for (int i = 5000; i > 0; --i) {
    want.emplace(i * 10, i % 7);
    ASSERT_NE(Append(i * 10, i % 7, Duration(1'000'000)), Verdict::kTooOld);
  }
  EXPECT_EQ(Stored(), want);
}

TEST_F(MemSeriesTest, TruncateDropsWholeChunksAndCountsThem) {
  std::int64_t bytes = 0;
  std::int64_t chunks = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto appended = series_.Append({FromUnixMillis(i * 1000), i * 0.5}, kNoWindow, encoder_);
    bytes += appended.bytes;
    chunks += appended.chunks;
  }
  const auto first = series_.Truncate(FromUnixMillis(500'000));
  EXPECT_EQ(Stored().size() + static_cast<std::size_t>(first.samples), 1000U);
  EXPECT_GE(Stored().size(), 500U);
  EXPECT_LT(Stored().begin()->first, 500'000);
  EXPECT_FALSE(series_.empty());

  const auto rest = series_.Truncate(FromUnixMillis(1'000'000));
  EXPECT_TRUE(series_.empty());
  EXPECT_EQ(first.samples + rest.samples, 1000);
  EXPECT_EQ(first.bytes + rest.bytes, bytes);
  EXPECT_EQ(first.chunks + rest.chunks, chunks);
}

TEST_F(MemSeriesTest, OverlapsKnowsBothEnds) {
  Append(100, 1);
  Append(200, 1);
  const auto overlaps = [this](std::int64_t from, std::int64_t to) {
    return series_.Overlaps({FromUnixMillis(from), FromUnixMillis(to)});
  };
  EXPECT_FALSE(overlaps(0, 99));
  EXPECT_TRUE(overlaps(0, 100));
  EXPECT_TRUE(overlaps(120, 180));
  EXPECT_TRUE(overlaps(200, 300));
  EXPECT_FALSE(overlaps(201, 300));
}

}  // namespace
}  // namespace sidewatch::tsdb
