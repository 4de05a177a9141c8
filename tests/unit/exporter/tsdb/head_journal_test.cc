#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/model/sample.h"
#include "exporter/tsdb/head.h"
#include "tests/unit/exporter/tsdb/head_fixture.h"

namespace sidewatch::tsdb {
namespace {

using HeadJournalTest = HeadTest;

TEST_F(HeadJournalTest, AllComesBackAfterARestart) {
  std::map<std::string, std::vector<std::pair<std::int64_t, double>>> before;
  {
    Head head({.out_of_order_window = std::chrono::minutes(30)}, clock_, &journal_);
    for (int minute = 0; minute < 300; ++minute) {
      for (const char* number : {"1", "2", "3"}) {
        Append(head, Named("up", number), At(minute * 2), minute / 7.0);
      }
    }
    Append(head, Named("up", "2"), At(595), 5);
    Append(head, Named("late"), At(0), 1);
    before = Dump(head);
  }
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  EXPECT_EQ(Dump(head), before);
  EXPECT_EQ(head.Stats().replayed_samples, 902);
  EXPECT_EQ(head.Stats().replay_lost_samples, 0);
}

TEST_F(HeadJournalTest, SeveralRunsShareAJournalThoughTheirSlotsDiffer) {
  for (int run = 0; run < 3; ++run) {
    Head head({}, clock_, &journal_);
    // No replay: each run gives the slots anew, in another order.
    Append(head, Named("up", std::to_string(run)), At(run * 10), run);
    Append(head, Named("up", std::to_string((run + 1) % 3)), At(run * 10 + 1), run);
  }
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  const auto dump = Dump(head);
  ASSERT_EQ(dump.size(), 3U);
  for (const auto& [labels, samples] : dump) {
    EXPECT_EQ(samples.size(), 2U) << labels;
  }
}

TEST_F(HeadJournalTest, LabelsAreWrittenOnceASegmentSoThatOldSegmentsCanGo) {
  Head head({.retention = std::chrono::minutes(120)}, clock_, &journal_);
  for (int minute = 0; minute < 600; ++minute) {
    Append(head, Named("a_rather_long_name_of_a_metric"), At(minute), 1);
  }
  std::size_t with_labels = 0;
  for (const auto& [newest, batch] : journal_.batches) {
    with_labels += batch.find("rather_long") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(with_labels, 11U);

  ASSERT_TRUE(head.Truncate(At(600)).has_value());

  EXPECT_LE(journal_.batches.size(), 180U);
  EXPECT_GE(journal_.batches.size(), 120U);
  clock_.Advance(std::chrono::minutes(600));
  Head again({.retention = std::chrono::minutes(120)}, clock_, &journal_);
  ASSERT_TRUE(again.Replay().has_value());
  EXPECT_EQ(Dump(again).begin()->second.size(), 120U);
  EXPECT_EQ(again.Stats().replay_lost_samples, 0);
}

TEST_F(HeadJournalTest, ADamagedBatchTakesOnlyItsOwnSamples) {
  {
    Head head({}, clock_, &journal_);
    for (int minute = 0; minute < 10; ++minute) {
      Append(head, Named("up"), At(minute), 1);
    }
  }
  journal_.batches[4].second = "damaged";
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  EXPECT_EQ(head.Stats().replayed_samples, 9);
  EXPECT_EQ(head.Stats().replay_lost_batches, 1);
}

TEST_F(HeadJournalTest, SamplesOfLostLabelsAreCounted) {
  {
    Head head({}, clock_, &journal_);
    Append(head, Named("up"), At(0), 1);
    Append(head, Named("up"), At(1), 1);
  }
  journal_.batches.erase(journal_.batches.begin());
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  EXPECT_EQ(head.Stats().replay_lost_samples, 1);
  EXPECT_TRUE(SelectAll(head).empty());
}

TEST_F(HeadJournalTest, AJournalThatFailsStopsNothingAndHealsByItself) {
  {
    Head head({}, clock_, &journal_);
    journal_.broken = true;
    Append(head, Named("up"), At(0), 1);
    EXPECT_EQ(Dump(head).at("up").size(), 1U);
    EXPECT_EQ(head.Stats().journal_errors, 1);
    EXPECT_EQ(head.Stats().last_journal_error, "the disk is full");

    journal_.broken = false;
    Append(head, Named("up"), At(1), 1);
    EXPECT_EQ(head.Stats().last_journal_error, "");
  }
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  EXPECT_EQ(Dump(head).at("up").size(), 1U);
}

TEST_F(HeadJournalTest, WhatIsPastRetentionIsNotReadAgain) {
  {
    Head head({}, clock_, &journal_);
    Append(head, Named("up"), At(0), 1);
    Append(head, Named("up"), At(60 * 23), 1);
  }
  clock_.Advance(std::chrono::hours(25));
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  EXPECT_EQ(Dump(head).at("up").size(), 1U);
}

TEST_F(HeadJournalTest, DuplicatesAndRefusedSamplesAreNotWritten) {
  Head head({}, clock_, &journal_);
  Append(head, Named("up"), At(0), 1);
  Append(head, Named("up"), At(0), 1);
  EXPECT_EQ(journal_.batches.size(), 1U);
}

TEST_F(HeadJournalTest, ASlotUsedAgainGetsItsNewLabels) {
  {
    Head head({.retention = std::chrono::minutes(1)}, clock_, &journal_);
    Append(head, Named("first"), At(0), 1);
    ASSERT_TRUE(head.Truncate(At(2)).has_value());
    ASSERT_EQ(head.Stats().series, 0U);
    Append(head, Named("second"), At(2), 2);
  }
  Head head({}, clock_, &journal_);
  ASSERT_TRUE(head.Replay().has_value());
  EXPECT_EQ(Dump(head).at("second").size(), 1U);
}

}  // namespace
}  // namespace sidewatch::tsdb
