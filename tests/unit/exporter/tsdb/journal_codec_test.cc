#include "exporter/tsdb/journal_codec.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "exporter/model/sample.h"

namespace sidewatch::tsdb {
namespace {

void ExpectRoundTrip(const JournalBatch& batch) {
  std::string bytes;
  EncodeBatch(batch, bytes);
  JournalBatch back;
  const Status status = DecodeBatch(bytes, back);
  ASSERT_TRUE(status.has_value()) << status.error().message;
  ASSERT_EQ(back.series.size(), batch.series.size());
  for (std::size_t i = 0; i < batch.series.size(); ++i) {
    EXPECT_EQ(back.series[i].slot, batch.series[i].slot);
    EXPECT_EQ(back.series[i].labels, batch.series[i].labels);
  }
  ASSERT_EQ(back.samples.size(), batch.samples.size());
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    EXPECT_EQ(back.samples[i].slot, batch.samples[i].slot);
    EXPECT_EQ(back.samples[i].at, batch.samples[i].at);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back.samples[i].value),
              std::bit_cast<std::uint64_t>(batch.samples[i].value));
  }
}

JournalBatch Scrape() {
  JournalBatch batch;
  const std::string values[] = {"a", "a", "b", "", "something longer than all the others"};
  for (std::uint32_t slot = 0; slot < 5; ++slot) {
    batch.series.push_back(
        {slot, LabelSet({{"__name__", "up"}, {"job", "node"}, {"v", values[slot]}})});
    batch.samples.push_back({slot, 1'700'000'000'000, slot * 1.5});
  }
  return batch;
}

TEST(JournalCodecTest, AnEmptyBatchComesBack) {
  ExpectRoundTrip({});
}

TEST(JournalCodecTest, AScrapeComesBackInFewBytes) {
  ExpectRoundTrip(Scrape());
  JournalBatch samples = Scrape();
  samples.series.clear();
  std::string bytes;
  EncodeBatch(samples, bytes);
  EXPECT_LT(bytes.size(), 30U);
}

TEST(JournalCodecTest, TimesFromEndToEndComeBack) {
  constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  JournalBatch batch;
  batch.samples = {{0, 1'695'705'032'707, 1}, {0, kFirst, 2}, {0, kLast, 3}, {0, kFirst, 4}};
  ExpectRoundTrip(batch);
  batch.samples = {{0, kFirst, 1}, {0, kLast, 2}, {0, 0, 3}};
  ExpectRoundTrip(batch);
}

TEST(JournalCodecTest, ValuesOfAnyKindComeBack) {
  JournalBatch batch;
  std::uint32_t slot = 4'000'000'000;
  std::int64_t at = 5;
  for (const double value : {0.0,
                             1.0,
                             191.0,
                             192.0,
                             255.0,
                             256.0,
                             -1.0,
                             -300.0,
                             1e15,
                             0.5,
                             12345.67,
                             -0.25,
                             0.00001,
                             0.000001,
                             1e300,
                             -0.0,
                             5e-324,
                             static_cast<double>(INFINITY),
                             -static_cast<double>(INFINITY),
                             StaleNan(),
                             NormalNan()}) {
    batch.samples.push_back({slot, at, value});
    slot = slot > 100 ? slot / 2 : slot + 3'000'000'000;
    at = -at * 3;
  }
  ExpectRoundTrip(batch);
}

TEST(JournalCodecTest, RandomBatchesComeBack) {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  for (int round = 0; round < 300; ++round) {
    JournalBatch batch;
    for (std::uint64_t i = random() % 30; i > 0; --i) {
      batch.series.push_back({static_cast<std::uint32_t>(random()),
                              LabelSet({{"a", std::to_string(random() % 3)},
                                        {std::string(1 + random() % 9, 'b'), "x"}})});
    }
    for (std::uint64_t i = random() % 300; i > 0; --i) {
      batch.samples.push_back({static_cast<std::uint32_t>(random() % 50),
                               static_cast<std::int64_t>(random() % 4),
                               std::bit_cast<double>(random() >> random() % 64)});
    }
    ExpectRoundTrip(batch);
  }
}

TEST(JournalCodecTest, CutBytesAndFurtherBytesAreTold) {
  std::string bytes;
  EncodeBatch(Scrape(), bytes);
  JournalBatch back;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeBatch(std::string_view(bytes).substr(0, size), back).has_value()) << size;
  }
  const Status status = DecodeBatch(bytes + "x", back);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kProtocol);
}

TEST(JournalCodecTest, FlippedBitsNeverCrash) {
  std::string bytes;
  EncodeBatch(Scrape(), bytes);
  JournalBatch back;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    static_cast<void>(DecodeBatch(flipped, back));
  }
}

}  // namespace
}  // namespace sidewatch::tsdb
