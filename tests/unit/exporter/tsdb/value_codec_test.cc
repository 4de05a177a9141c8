#include "exporter/tsdb/value_codec.h"

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/model/sample.h"
#include "exporter/tsdb/decimal.h"

namespace sidewatch::tsdb {
namespace {

std::vector<std::uint64_t> Bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) {
    bits.push_back(std::bit_cast<std::uint64_t>(value));
  }
  return bits;
}

/// Each slice of some lengths.
void CheckSlices(const std::string& bytes, const std::vector<double>& values) {
  for (const std::size_t length : {1U, 2U, 9U}) {
    for (std::size_t begin = 0; begin + length <= values.size(); ++begin) {
      std::vector<std::int64_t> integers(begin + length);
      std::vector<double> slice(length);
      ByteReader in(bytes);
      ASSERT_TRUE(DecodeValues(in, {.total = values.size(), .begin = begin}, integers, slice));
      ASSERT_EQ(in.left(), 0U);
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
      ASSERT_EQ(Bits(slice), Bits({first, first + static_cast<std::ptrdiff_t>(length)})) << begin;
    }
  }
}

/// Bytes of the encoding; checks that each bit comes back.
std::size_t RoundTrip(const std::vector<double>& values) {
  ValueScratch scratch;
  std::string bytes;
  EncodeValues(values, scratch, bytes);
  std::vector<std::int64_t> integers(values.size());
  std::vector<double> back(values.size());
  ByteReader in(bytes);
  EXPECT_TRUE(DecodeValues(in, {.total = values.size()}, integers, back));
  EXPECT_EQ(in.left(), 0U);
  EXPECT_EQ(Bits(back), Bits(values));
  CheckSlices(bytes, values);
  return bytes.size();
}

std::vector<double> Make(std::size_t size, const std::function<double(std::size_t)>& value) {
  std::vector<double> values;
  for (std::size_t i = 0; i < size; ++i) {
    values.push_back(value(i));
  }
  return values;
}

std::vector<double> With(std::vector<double> values, std::size_t place, double value) {
  values[place] = value;
  return values;
}

/// A number that looks random and is the same in each run.
std::uint64_t Scramble(std::size_t i) {
  return (i + 1) * 0x9e3779b97f4a7c15 >> 20U;
}

std::vector<double> Counter() {
  double sum = 1e9;
  return Make(240, [&sum](std::size_t i) { return sum += static_cast<double>(Scramble(i) % 64); });
}

struct Case {
  std::string name;
  std::vector<double> values;
  std::size_t most_bytes;
};

class ValuesTest : public testing::TestWithParam<Case> {};

TEST_P(ValuesTest, ComeBackBitForBitInFewBytes) {
  EXPECT_LE(RoundTrip(GetParam().values), GetParam().most_bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ValuesTest,
    testing::Values(
        Case{"None", {}, 9},
        Case{"One", {3.5}, 9},
        Case{"Constant", Make(240, [](auto) { return 0.1; }), 9},
        Case{"ConstantNan", Make(240, [](auto) { return StaleNan(); }), 9},
        Case{"SteadyCounter", Make(240, [](auto i) { return 17.0 * static_cast<double>(i); }), 12},
        Case{"Counter", Counter(), 200},
        Case{"CounterReset", With(Counter(), 100, 0.0), 230},
        Case{"TwoDigits",
             Make(240, [](auto i) { return static_cast<double>(Scramble(i) % 256) / 100; }),
             250},
        Case{"Bytes",
             Make(240, [](auto i) { return 4096.0 * static_cast<double>(Scramble(i) % 256); }),
             250},
        Case{"StaleMarkerAtTheEnd", With(Counter(), 239, StaleNan()), 220},
        Case{"MinusZero", With(Make(240, [](auto) { return 0.0; }), 7, -0.0), 20},
        Case{"Infinities", {INFINITY, -INFINITY, 1.0, 2.0, NAN, 3.0}, 60},
        Case{"NanPayloads",
             {std::bit_cast<double>(kNormalNanBits),
              StaleNan(),
              std::bit_cast<double>(0xfff8000000000123),
              std::bit_cast<double>(0x7ff0000000000001)},
             60},
        Case{"Denormals", {5e-324, 1e-310, 0.0, -5e-324}, 60},
        Case{"Largest",
             {std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(), 1.0},
             40},
        Case{"IrrationalGauge",
             Make(240, [](auto i) { return std::sin(static_cast<double>(i)); }),
             240 * 8 + 100},
        Case{"OneOddDivision",
             With(Make(240, [](auto i) { return static_cast<double>(i % 4); }), 50, 1.0 / 3),
             90}),
    [](const auto& row) { return row.param.name; });

TEST(ValuesPropertyTest, AnyBitsComeBack) {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  for (int round = 0; round < 400; ++round) {
    const std::size_t size = 1 + random() % 300;
    // Some chunks are pure noise, some are decimals with some noise in between.
    const std::uint64_t noise = random() % 4 == 0 ? 1 : 2 + random() % 60;
    const auto exponent = static_cast<unsigned>(random() % (kMaxExponent + 1));
    const std::uint64_t scale = 1 + (random() >> random() % 60);
    RoundTrip(Make(size, [&](auto) {
      if (random() % noise == 0) {
        return std::bit_cast<double>(random());
      }
      const auto integer = static_cast<std::int64_t>(random() % scale);
      return FromDecimal(random() % 8 == 0 ? -integer : integer, exponent);
    }));
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

TEST(ValuesPropertyTest, ArbitraryBytesNeverCrashTheReader) {
  std::mt19937_64 random(2);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  std::vector<std::int64_t> integers(100);
  std::vector<double> back(100);
  std::vector<double> one(1);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) {
      byte = static_cast<char>(random());
    }
    ByteReader in(bytes);
    static_cast<void>(DecodeValues(in, {.total = back.size()}, integers, back));
    ByteReader again(bytes);
    static_cast<void>(DecodeValues(again, {.total = 100, .begin = 50}, integers, one));
  }
}

TEST(DecimalTest, FindsTheShortestExponent) {
  EXPECT_EQ(FindExponent(17, 0), 0U);
  EXPECT_EQ(FindExponent(0.1, 0), 1U);
  EXPECT_EQ(FindExponent(12345.67, 0), 2U);
  EXPECT_GT(FindExponent(1.0 / 3, 0), kMaxExponent);
  EXPECT_GT(FindExponent(-0.0, 0), kMaxExponent);
  EXPECT_GT(FindExponent(1e300, 0), kMaxExponent);
}

}  // namespace
}  // namespace sidewatch::tsdb
