#include "exporter/tsdb/chunk.h"

#include <bit>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/model/sample.h"
#include "exporter/tsdb/byte_io.h"

namespace sidewatch::tsdb {
namespace {

storage::SampleColumns Columns(std::size_t size, std::int64_t step, double slope) {
  storage::SampleColumns columns;
  for (std::size_t i = 0; i < size; ++i) {
    columns.times.push_back(1000 + step * static_cast<std::int64_t>(i));
    columns.values.push_back(5 + slope * static_cast<double>(i));
  }
  return columns;
}

struct Case {
  std::string name;
  std::size_t size;
  double slope;
};

class ChunkReadTest : public testing::TestWithParam<Case> {};

TEST_P(ChunkReadTest, GivesExactlyTheRangeBehindWhatIsThere) {
  const auto columns = Columns(GetParam().size, 10, GetParam().slope);
  ChunkEncoder encoder;
  const Chunk chunk = encoder.Encode(columns.times, columns.values);
  ASSERT_EQ(chunk.size(), columns.size());
  const std::int64_t last = columns.times.back();
  for (const std::int64_t from : {std::numeric_limits<std::int64_t>::min(),
                                  std::int64_t{999},
                                  std::int64_t{1000},
                                  std::int64_t{1001},
                                  std::int64_t{1010},
                                  last}) {
    for (const std::int64_t to : {std::int64_t{999},
                                  std::int64_t{1000},
                                  std::int64_t{1009},
                                  std::int64_t{1010},
                                  last - 1,
                                  last,
                                  std::numeric_limits<std::int64_t>::max()}) {
      storage::SampleColumns want;
      want.times.push_back(-1);
      want.values.push_back(-1);
      storage::SampleColumns got = want;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns.times[i] >= from && columns.times[i] <= to) {
          want.times.push_back(columns.times[i]);
          want.values.push_back(columns.values[i]);
        }
      }
      chunk.Read(from, to, got);
      EXPECT_EQ(got.times, want.times) << from << " to " << to;
      EXPECT_EQ(got.values, want.values) << from << " to " << to;

      storage::SampleColumns scratch;
      const std::optional<Sample> newest = chunk.Newest(from, to, scratch);
      ASSERT_EQ(newest.has_value(), want.size() > 1) << from << " to " << to;
      if (newest.has_value()) {
        EXPECT_EQ(ToUnixMillis(newest->at), want.times.back()) << from << " to " << to;
        EXPECT_EQ(newest->value, want.values.back()) << from << " to " << to;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ChunkReadTest,
                         testing::Values(Case{"OneSample", 1, 0},
                                         Case{"TwoSamples", 2, 0},
                                         Case{"Flat", 100, 0},
                                         Case{"Rising", 100, 1},
                                         Case{"Fraction", 240, 0.01}),
                         [](const auto& row) { return row.param.name; });

TEST(ChunkEncoderTest, AFlatChunkGrowsWithoutCost) {
  ChunkEncoder encoder;
  const auto columns = Columns(100, 10, 0);
  const std::span times(columns.times);
  const std::span values(columns.values);
  const Chunk start = encoder.Encode(times.first(60), values.first(60));
  ASSERT_TRUE(start.flat());

  const auto grown = encoder.ExtendFlat(start, times.subspan(60), values.subspan(60));

  ASSERT_TRUE(grown.has_value());
  EXPECT_EQ(grown->AllocatedBytes(), start.AllocatedBytes());
  storage::SampleColumns back;
  grown->Read(0, 10'000, back);
  EXPECT_EQ(back.times, columns.times);
  EXPECT_EQ(back.values, columns.values);
}

TEST(ChunkEncoderTest, AFlatChunkRefusesWhatWouldNotBeFlat) {
  ChunkEncoder encoder;
  const auto columns = Columns(10, 10, 0);
  const Chunk flat = encoder.Encode(columns.times, columns.values);
  const auto extend = [&](std::vector<std::int64_t> times, std::vector<double> values) {
    return encoder.ExtendFlat(flat, times, values).has_value();
  };
  EXPECT_TRUE(extend({1100, 1110}, {5, 5}));
  EXPECT_FALSE(extend({1101, 1111}, {5, 5}));
  EXPECT_FALSE(extend({1100, 1111}, {5, 5}));
  EXPECT_FALSE(extend({1100, 1110}, {5, 6}));
  EXPECT_FALSE(extend({1100}, {StaleNan()}));
}

TEST(ChunkEncoderTest, AConstantHourCostsATenthOfAByteASample) {
  ChunkEncoder encoder;
  const auto columns = Columns(240, 15'000, 0);
  EXPECT_LE(encoder.Encode(columns.times, columns.values).AllocatedBytes(), 24U);
}

TEST(ChunkEncoderTest, TheLastSampleOfAChunkOfAnyLengthIsAtHand) {
  constexpr std::int64_t kShort = 15'000;
  constexpr std::int64_t kMostOfMillis = std::numeric_limits<std::uint32_t>::max();
  for (const std::int64_t length : {kShort, kMostOfMillis - 1, kMostOfMillis, kMostOfMillis + 1}) {
    ChunkEncoder encoder;
    const Chunk chunk =
        encoder.Encode(std::vector<std::int64_t>{-5, -5 + length}, std::vector{1.0, 2.5});
    ASSERT_FALSE(chunk.flat());
    EXPECT_EQ(chunk.last(), -5 + length);
    storage::SampleColumns scratch;
    const std::optional<Sample> newest = chunk.Newest(0, length, scratch);
    ASSERT_TRUE(newest.has_value()) << length;
    EXPECT_EQ(ToUnixMillis(newest->at), -5 + length);
    EXPECT_EQ(newest->value, 2.5);
  }
}

TEST(ChunkEncoderTest, AStepOfMonthsIsKept) {
  constexpr std::int64_t kStep = std::int64_t{1} << 32U;
  ChunkEncoder encoder;
  const auto columns = Columns(4, kStep, 0);
  const Chunk chunk = encoder.Encode(columns.times, columns.values);
  EXPECT_FALSE(chunk.flat());
  storage::SampleColumns back;
  chunk.Read(chunk.first(), chunk.last(), back);
  EXPECT_EQ(back.times, columns.times);
  EXPECT_EQ(back.values, columns.values);
}

/// A chunk as a journal has it: samples << 1 | flat, first, length, bytes, body.
std::string Journalled(bool flat, std::uint64_t samples, std::int64_t first, std::uint64_t length) {
  std::string bytes;
  PutVarint(bytes, samples << 1U | (flat ? 1U : 0U));
  PutSigned(bytes, first);
  PutVarint(bytes, length);
  PutVarint(bytes, sizeof(double));
  PutRaw(bytes, 2.5);
  return bytes;
}

TEST(ChunkParseTest, AFlatChunkOfAnyStepIsRead) {
  for (const std::uint64_t step : {std::uint64_t{15'000}, std::uint64_t{1} << 40U}) {
    const std::string bytes = Journalled(true, 4, 1000, 3 * step);
    ByteReader in(bytes);
    storage::SampleColumns scratch;
    const auto chunk = Chunk::Parse(in, scratch);
    ASSERT_TRUE(chunk.has_value()) << step;
    storage::SampleColumns back;
    chunk->Read(chunk->first(), chunk->last(), back);
    EXPECT_EQ(back.values, std::vector<double>(4, 2.5));
    EXPECT_EQ(back.times.back(), 1000 + 3 * static_cast<std::int64_t>(step));
  }
}

TEST(ChunkParseTest, RefusesAFlatChunkWhoseStepsDoNotFit) {
  for (const std::string& bytes : {Journalled(true, 4, 1000, 10),
                                   Journalled(true, 1, 1000, 10),
                                   Journalled(true, 4, 1000, 0)}) {
    ByteReader in(bytes);
    storage::SampleColumns scratch;
    EXPECT_FALSE(Chunk::Parse(in, scratch).has_value());
  }
}

TEST(ChunkTest, CopiesShareOneBlockUntilTheLastIsGone) {
  ChunkEncoder encoder;
  const auto columns = Columns(100, 10, 0.5);
  std::vector<Chunk> chunks = {encoder.Encode(columns.times, columns.values)};
  for (int i = 0; i < 20; ++i) {
    chunks.push_back(chunks.front());
  }
  Chunk last = std::move(chunks[7]);
  last = chunks[3];
  chunks.erase(chunks.begin(), chunks.begin() + 15);
  chunks.clear();
  storage::SampleColumns back;
  last.Read(0, 10'000, back);
  EXPECT_EQ(back.values, columns.values);
}

}  // namespace
}  // namespace sidewatch::tsdb
