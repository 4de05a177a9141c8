#include "exporter/tsdb/bit_packing.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/tsdb/bit_unpacking.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Case {
  std::string name;
  std::vector<std::int64_t> values;
  std::size_t most_bytes;
};

std::vector<std::int64_t> Repeat(std::size_t times, std::vector<std::int64_t> values) {
  std::vector<std::int64_t> repeated;
  for (std::size_t i = 0; i < times; ++i) {
    repeated.insert(repeated.end(), values.begin(), values.end());
  }
  return repeated;
}

std::vector<std::int64_t> WithOutlier(std::vector<std::int64_t> values, std::int64_t outlier) {
  values[values.size() / 2] = outlier;
  return values;
}

class PackIntegersTest : public testing::TestWithParam<Case> {};

TEST_P(PackIntegersTest, ComesBackInFewBytes) {
  const Case& c = GetParam();
  std::string packed;
  PackIntegers(c.values, packed);
  EXPECT_LE(packed.size(), c.most_bytes);

  std::vector<std::int64_t> back(c.values.size(), -1);
  ByteReader in(packed);
  ASSERT_TRUE(UnpackIntegers(in, back.size(), back));
  EXPECT_EQ(back, c.values);
  EXPECT_EQ(in.left(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PackIntegersTest,
    testing::Values(Case{"None", {}, 2},
                    Case{"One", {42}, 2},
                    Case{"AllTheSame", Repeat(240, {1'000'000}), 5},
                    Case{"OneBit", Repeat(120, {7, 8}), 32},
                    Case{"Pages", Repeat(120, {4096 * 1000, 4096 * 1001}), 40},
                    Case{"OutlierAbove", WithOutlier(Repeat(240, {0}), 45'000), 10},
                    Case{"OutlierBelow", WithOutlier(Repeat(240, {0}), -45'000), 20},
                    Case{"OutlierAmongSmall", WithOutlier(Repeat(60, {0, 1, 2, 3}), kMax), 80},
                    Case{"Extremes", Repeat(20, {kMin, kMax, 0, -1}), 800}),
    [](const auto& row) { return row.param.name; });

TEST(PackIntegersTest, AnyNumbersOfAnyWidthComeBack) {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  for (unsigned width = 0; width <= 64; ++width) {
    for (const std::size_t size : {1U, 2U, 7U, 64U, 241U}) {
      std::vector<std::int64_t> values(size);
      for (std::int64_t& value : values) {
        value = static_cast<std::int64_t>((random() & LowBits(width)) << (64 - width) % 64);
        value = random() % 16 == 0 ? static_cast<std::int64_t>(random()) : value;
      }
      std::string packed;
      PackIntegers(values, packed);
      std::vector<std::int64_t> back(size);
      ByteReader in(packed);
      ASSERT_TRUE(UnpackIntegers(in, back.size(), back)) << width << " bits, " << size << " values";
      ASSERT_EQ(back, values) << width << " bits";
    }
  }
}

TEST(PackIntegersTest, CutBytesAreTold) {
  std::string packed;
  const std::vector<std::int64_t> values = WithOutlier(Repeat(60, {0, 1, 2, 3}), kMax);
  PackIntegers(values, packed);
  std::vector<std::int64_t> back(values.size());
  for (std::size_t size = 0; size < packed.size(); ++size) {
    ByteReader in(std::string_view(packed).substr(0, size));
    EXPECT_FALSE(UnpackIntegers(in, back.size(), back)) << size;
  }
}

/// Values of `width` bits, the last of them an outlier if `patched`.
std::vector<std::int64_t> OfWidth(unsigned width, std::size_t size, bool patched) {
  std::vector<std::int64_t> values;
  std::uint64_t random = width * 1000 + size;
  for (std::size_t i = 0; i < size; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    values.push_back(static_cast<std::int64_t>((random >> 3U) & LowBits(width)));
  }
  if (patched && size > 20) {
    values[size - 2] = std::int64_t{1} << 62U;
  }
  return values;
}

class UnpackSumsTest : public testing::TestWithParam<unsigned> {};

TEST_P(UnpackSumsTest, IsWhatAddingUpGives) {
  for (const std::size_t size : {0U, 1U, 2U, 7U, 8U, 9U, 13U, 63U, 64U, 240U}) {
    for (const bool patched : {false, true}) {
      const auto values = OfWidth(GetParam(), size, patched);
      std::string bytes;
      PackIntegers(values, bytes);
      std::vector<std::int64_t> sums;
      std::vector<std::int64_t> sums_of_sums;
      std::uint64_t sum = 5;
      std::uint64_t step = 3;
      std::uint64_t second = 5;
      for (const std::int64_t value : values) {
        sums.push_back(static_cast<std::int64_t>(sum += static_cast<std::uint64_t>(value)));
        step += static_cast<std::uint64_t>(value);
        sums_of_sums.push_back(static_cast<std::int64_t>(second += step));
      }
      std::vector<std::int64_t> got(size);
      ByteReader in(bytes);
      EXPECT_TRUE(UnpackSums(in, size, 5, got) && in.left() == 0);
      EXPECT_EQ(got, sums) << size;
      ByteReader again(bytes);
      EXPECT_TRUE(UnpackSumsOfSums(again, size, 5, 3, got) && again.left() == 0);
      EXPECT_EQ(got, sums_of_sums) << size;
    }
  }
}

TEST_P(UnpackSumsTest, OfTheFirstFewNeedsNoRoomForAll) {
  constexpr std::size_t kAll = 61;
  const auto values = OfWidth(GetParam(), kAll, true);
  std::string bytes;
  PackIntegers(values, bytes);
  std::vector<std::int64_t> all(kAll);
  ByteReader whole(bytes);
  ASSERT_TRUE(UnpackSumsOfSums(whole, kAll, 5, 3, all));
  for (std::size_t size = 0; size <= kAll; ++size) {
    std::vector<std::int64_t> got(size);
    ByteReader in(bytes);
    EXPECT_TRUE(UnpackSumsOfSums(in, kAll, 5, 3, got) && in.left() == 0);
    EXPECT_TRUE(std::equal(got.begin(), got.end(), all.begin())) << size;
  }
}

TEST(SkipZerosTest, ReadsNothingElse) {
  for (const auto& values : {std::vector<std::int64_t>{0, 0, 0}, {0, 1, 0}, {5, 5, 5}, {}}) {
    std::string bytes;
    PackIntegers(values, bytes);
    ByteReader in(bytes);
    const bool zeros = std::ranges::count(values, 0) == std::ranges::ssize(values);
    EXPECT_EQ(SkipZeros(in, values.size()), zeros);
    EXPECT_EQ(in.left(), zeros ? 0 : bytes.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Width, UnpackSumsTest, testing::Range(0U, 65U));

}  // namespace
}  // namespace sidewatch::tsdb
