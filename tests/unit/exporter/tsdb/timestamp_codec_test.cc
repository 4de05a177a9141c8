#include "exporter/tsdb/timestamp_codec.h"

#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sidewatch::tsdb {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;

struct Case {
  std::string name;
  std::vector<std::int64_t> times;
  std::size_t most_bytes;
};

std::vector<std::int64_t> Steady(std::size_t size) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < size; ++i) {
    times.push_back(kStart + 15'000 * static_cast<std::int64_t>(i));
  }
  return times;
}

std::vector<std::int64_t> WithGap(std::vector<std::int64_t> times) {
  for (std::size_t i = times.size() / 2; i < times.size(); ++i) {
    times[i] += 60'000;
  }
  return times;
}

std::vector<std::int64_t> WithJitter(std::vector<std::int64_t> times) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same numbers in each run.
  for (std::int64_t& time : times) {
    time += static_cast<std::int64_t>(random() % 3);
  }
  return times;
}

class TimesTest : public testing::TestWithParam<Case> {};

TEST_P(TimesTest, ComeBackInFewBytes) {
  const Case& c = GetParam();
  std::vector<std::int64_t> scratch;
  std::string bytes;
  EncodeTimes(c.times, scratch, bytes);
  EXPECT_LE(bytes.size(), c.most_bytes);

  std::vector<std::int64_t> back;
  ByteReader in(bytes);
  const TimeSlice all = {.total = c.times.size(),
                         .first = c.times.empty() ? 0 : c.times.front(),
                         .from = std::numeric_limits<std::int64_t>::min(),
                         .to = std::numeric_limits<std::int64_t>::max()};
  ASSERT_TRUE(DecodeTimes(in, all, back).has_value());
  EXPECT_EQ(back, c.times);
  EXPECT_EQ(in.left(), 0U);
}

TEST_P(TimesTest, OfASliceComeBackWithTheirPlaces) {
  const std::vector<std::int64_t>& times = GetParam().times;
  std::vector<std::int64_t> scratch;
  std::string bytes;
  EncodeTimes(times, scratch, bytes);
  for (std::size_t begin = 0; begin < times.size(); begin += 7) {
    for (const std::size_t end : {begin + 1, (begin + times.size() + 1) / 2, times.size()}) {
      for (const std::int64_t before : {0, 1}) {
        std::vector<std::int64_t> got = {-1};
        ByteReader in(bytes);
        const std::optional<Places> places = DecodeTimes(in,
                                                         {.total = times.size(),
                                                          .first = times.front(),
                                                          .from = times[begin] - before,
                                                          .to = times[end - 1] + before},
                                                         got);
        ASSERT_TRUE(places.has_value());
        // Where times lie beside each other a neighbour is in, too.
        EXPECT_LE(places->begin, begin);
        EXPECT_GE(places->begin + static_cast<std::size_t>(before), begin);
        EXPECT_EQ(got.size(), 1 + places->size());
        EXPECT_EQ(got[1 + begin - places->begin], times[begin]);
        EXPECT_EQ(got[end - places->begin], times[end - 1]);
        EXPECT_LE(got.back(), times[end - 1] + before);
      }
    }
  }
}

TEST(TimesTest, OfASliceBesideThemAreNone) {
  for (const auto& times : {Steady(1), Steady(10), WithGap(Steady(10))}) {
    std::vector<std::int64_t> scratch;
    std::string bytes;
    EncodeTimes(times, scratch, bytes);
    for (const auto& [from, to] : {std::pair<std::int64_t, std::int64_t>{0, kStart - 1},
                                   {times.back() + 1, times.back() + 100'000},
                                   {std::numeric_limits<std::int64_t>::min(), kStart - 1}}) {
      std::vector<std::int64_t> got;
      ByteReader in(bytes);
      const std::optional<Places> places =
          DecodeTimes(in, {.total = times.size(), .first = kStart, .from = from, .to = to}, got);
      EXPECT_TRUE(places.has_value() && places->size() == 0) << from;
      EXPECT_TRUE(got.empty()) << from;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Table,
                         TimesTest,
                         testing::Values(Case{"None", {}, 0},
                                         Case{"One", Steady(1), 0},
                                         Case{"Two", Steady(2), 6},
                                         Case{"Steady", Steady(240), 6},
                                         Case{"OneMissedRun", WithGap(Steady(240)), 24},
                                         Case{"Jitter", WithJitter(Steady(240)), 130},
                                         Case{"FarApart", {-(1LL << 60), 0, 1LL << 60}, 40}),
                         [](const auto& row) { return row.param.name; });

TEST(SteadyStepTest, IsTheStepOrNothing) {
  EXPECT_EQ(SteadyStep(Steady(1)), 0);
  EXPECT_EQ(SteadyStep(Steady(100)), 15'000);
  EXPECT_EQ(SteadyStep(WithGap(Steady(100))), std::nullopt);
}

}  // namespace
}  // namespace sidewatch::tsdb
