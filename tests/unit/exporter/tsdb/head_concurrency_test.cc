// Appenders, readers and truncation at once: what is counted must be there, and preset `tsan` must
// stay quiet.

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/tsdb/head.h"
#include "tests/unit/exporter/tsdb/head_fixture.h"

namespace sidewatch::tsdb {
namespace {

using HeadConcurrencyTest = HeadTest;

constexpr int kSeries = 20;
constexpr int kRounds = 200;

void AppendRounds(Head& head, TimePoint start, const std::string& writer) {
  for (int round = 0; round < kRounds; ++round) {
    const auto appender = head.NewAppender();
    for (int i = 0; i < kSeries; ++i) {
      const LabelSet labels = Named("up", writer + "/" + std::to_string(i));
      const auto ref = appender->Append(labels, start + Duration(round * 1000), round);
      EXPECT_TRUE(ref.has_value());
    }
    EXPECT_TRUE(appender->Commit().has_value());
  }
}

TEST_F(HeadConcurrencyTest, NothingIsLostAndReadersSeeWholeSeries) {
  Head head({}, clock_, &journal_);
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      for (const auto& series : SelectAll(head)) {
        storage::SampleColumns columns;
        series->Read(kAlways, columns);
        for (std::size_t i = 0; i < columns.size(); ++i) {
          ASSERT_EQ(columns.times[i], ToUnixMillis(start_) + static_cast<std::int64_t>(i) * 1000);
          ASSERT_EQ(columns.values[i], static_cast<double>(i));
        }
      }
    }
  });
  std::jthread truncater([&] {
    while (!done) {
      EXPECT_TRUE(head.Truncate(start_).has_value());
      EXPECT_GE(head.Stats().samples_stored, 0);
    }
  });
  {
    std::jthread first([&] { AppendRounds(head, start_, "first"); });
    std::jthread second([&] { AppendRounds(head, start_, "second"); });
  }
  done = true;
  reader.join();
  truncater.join();

  const auto dump = Dump(head);
  EXPECT_EQ(dump.size(), 2U * kSeries);
  for (const auto& [labels, samples] : dump) {
    EXPECT_EQ(samples.size(), static_cast<std::size_t>(kRounds)) << labels;
  }
  Head again({}, clock_, &journal_);
  ASSERT_TRUE(again.Replay().has_value());
  EXPECT_EQ(Dump(again), dump);
}

TEST(CompactMutexTest, LetsInOneAtATime) {
  constexpr int kThreads = 4;
  constexpr int kTurns = 5000;
  CompactMutex mutex;
  int count = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int turn = 0; turn < kTurns; ++turn) {
          const CompactLock lock(mutex);
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, kThreads * kTurns);
}

}  // namespace
}  // namespace sidewatch::tsdb
