#include "exporter/tsdb/bulk_writer.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/model/sample.h"
#include "exporter/tsdb/chunk_batch.h"
#include "tests/unit/exporter/tsdb/head_fixture.h"

namespace sidewatch::tsdb {
namespace {

class BulkWriterTest : public HeadTest {
 protected:
  BulkWriter MakeWriter() {
    return BulkWriter(
        [this](std::string_view batch, TimePoint newest) { return journal_.Write(batch, newest); });
  }

  /// What a head makes of the journal.
  std::map<std::string, std::vector<std::pair<std::int64_t, double>>> Replayed(
      const HeadOptions& options = {.retention = Duration(0)}) {
    Head head(options, clock_, &journal_);
    EXPECT_TRUE(head.Replay().has_value());
    stats_ = head.Stats();
    return Dump(head);
  }

  HeadStats stats_;
};

TEST_F(BulkWriterTest, EverythingComesBackWhateverItsOrder) {
  std::map<std::string, std::vector<std::pair<std::int64_t, double>>> want;
  BulkWriter writer = MakeWriter();
  for (int step = 0; step < 1000; ++step) {
    for (const char* number : {"1", "2", "3"}) {
      const LabelSet labels = Named("x", number);
      const double value = *number == '3' ? 7 : step * 1.5;
      // Neighbours swapped: step 1 before step 0, 3 before 2…
      const std::int64_t at = (step ^ 1) * 15'000 - 1'000'000;
      ASSERT_TRUE(writer.Add(writer.SeriesOf(labels), at, value).has_value());
      want[labels.ToString()].emplace_back(at, value);
    }
  }
  ASSERT_TRUE(writer.Finish().has_value());
  for (auto& [labels, samples] : want) {
    std::ranges::sort(samples);
  }
  EXPECT_EQ(Replayed(), want);
  EXPECT_EQ(stats_.replayed_samples, 3000);
  EXPECT_EQ(stats_.samples_stored, 3000);
  EXPECT_EQ(writer.totals().samples, 3000);
  EXPECT_EQ(writer.totals().series, 3U);
  EXPECT_EQ(writer.totals().first, -1'000'000);
}

TEST_F(BulkWriterTest, WritingTwiceChangesNothing) {
  for (int time = 0; time < 2; ++time) {
    BulkWriter writer = MakeWriter();
    for (int step = 0; step < 500; ++step) {
      ASSERT_TRUE(writer.Add(writer.SeriesOf(Named("x")), step, step % 7).has_value());
    }
    ASSERT_TRUE(writer.Finish().has_value());
  }
  EXPECT_EQ(Replayed().begin()->second.size(), 500U);
  EXPECT_EQ(stats_.samples_stored, 500);
}

TEST_F(BulkWriterTest, AnImportFillsTheGapsOfWhatIsThere) {
  {
    Head head({.retention = Duration(0)}, clock_, &journal_);
    for (int minute = 0; minute < 100; minute += 2) {
      Append(head, Named("x"), At(minute), minute);
    }
  }
  BulkWriter writer = MakeWriter();
  for (int minute = 0; minute < 100; ++minute) {
    // Where both have a sample, the first stays.
    const Status added = writer.Add(
        writer.SeriesOf(Named("x")), ToUnixMillis(At(minute)), minute + (minute == 50 ? 1000 : 0));
    ASSERT_TRUE(added.has_value());
  }
  ASSERT_TRUE(writer.Finish().has_value());
  const auto samples = Replayed().begin()->second;
  ASSERT_EQ(samples.size(), 100U);
  for (int minute = 0; minute < 100; ++minute) {
    EXPECT_EQ(samples[static_cast<std::size_t>(minute)].second, minute);
  }
}

TEST_F(BulkWriterTest, SamplesFollowAnImportAsTheyWouldFollowOthers) {
  BulkWriter writer = MakeWriter();
  for (int minute = 0; minute < 100; ++minute) {
    ASSERT_TRUE(
        writer.Add(writer.SeriesOf(Named("x")), ToUnixMillis(At(minute)), minute).has_value());
  }
  ASSERT_TRUE(writer.Finish().has_value());
  {
    Head head({.retention = Duration(0)}, clock_, &journal_);
    ASSERT_TRUE(head.Replay().has_value());
    for (int minute = 100; minute < 200; ++minute) {
      Append(head, Named("x"), At(minute), minute);
    }
  }
  EXPECT_EQ(Replayed().begin()->second.size(), 200U);
}

TEST_F(BulkWriterTest, TwoValuesAtOnceAreRefused) {
  BulkWriter writer = MakeWriter();
  const std::uint32_t series = writer.SeriesOf(Named("x"));
  ASSERT_TRUE(writer.Add(series, 1000, 1).has_value());
  ASSERT_TRUE(writer.Add(series, 1000, 1).has_value());
  const Status refused = writer.Add(series, 1000, 2);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "x has two values at 1970-01-01T00:00:01.000Z: 1 and 2");
}

TEST_F(BulkWriterTest, ReplayLeavesOutWhatIsPastRetentionOrOverTheLimit) {
  BulkWriter writer = MakeWriter();
  const auto add = [&](const LabelSet& labels, TimePoint at) {
    ASSERT_TRUE(writer.Add(writer.SeriesOf(labels), ToUnixMillis(at), 1).has_value());
  };
  add(Named("new"), At(0));
  add(Named("old"), At(-60 * 48));
  ASSERT_TRUE(writer.Finish().has_value());
  EXPECT_EQ(Replayed({}).size(), 1U);
  EXPECT_EQ(Replayed({.retention = Duration(0)}).size(), 2U);
  EXPECT_EQ(Replayed({.retention = Duration(0), .max_series = 1}).size(), 1U);
  EXPECT_EQ(stats_.replay_lost_samples, 1);
}

std::string ABatch() {
  ChunkEncoder encoder;
  const std::vector<std::int64_t> times = {1000, 2000, 3000, 4500};
  const std::vector<std::int64_t> steady = {1000, 2000, 3000, 4000};
  const std::vector<double> values = {1, 2.5, StaleNan(), 4};
  const std::vector<double> constant(4, 3.0);
  std::string bytes;
  EncodeChunkBatch(
      std::vector<JournalChunks>{
          {Named("a"), {encoder.Encode(times, values)}},
          {Named("b"), {encoder.Encode(steady, constant)}},
      },
      bytes);
  return bytes;
}

TEST(ChunkBatchTest, ComesBackByteByByte) {
  std::vector<JournalChunks> series;
  ASSERT_TRUE(HoldsChunks(ABatch()));
  ASSERT_TRUE(DecodeChunkBatch(ABatch(), series).has_value());
  ASSERT_EQ(series.size(), 2U);
  EXPECT_TRUE(series[1].chunks[0].flat());
  std::string again;
  EncodeChunkBatch(series, again);
  EXPECT_EQ(again, ABatch());
}

TEST(ChunkBatchTest, DamageIsToldAndNeverRead) {
  const std::string whole = ABatch();
  std::vector<JournalChunks> series;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(DecodeChunkBatch(whole.substr(0, size), series).has_value()) << size;
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[place] = static_cast<char>(static_cast<unsigned char>(damaged[place]) ^ (1U << bit));
      // Some damage is another batch; what is taken must be readable.
      if (DecodeChunkBatch(damaged, series).has_value()) {
        for (const JournalChunks& one : series) {
          for (const Chunk& chunk : one.chunks) {
            storage::SampleColumns columns;
            chunk.Read(chunk.first(), chunk.last(), columns);
            EXPECT_EQ(columns.size(), chunk.size());
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace sidewatch::tsdb
