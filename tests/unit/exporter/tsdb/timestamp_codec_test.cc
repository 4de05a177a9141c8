#include "exporter/tsdb/timestamp_codec.h"

#include <random>
#include <string>
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

  std::vector<std::int64_t> back(c.times.size());
  ByteReader in(bytes);
  ASSERT_TRUE(DecodeTimes(in, c.times.empty() ? 0 : c.times.front(), back));
  EXPECT_EQ(back, c.times);
  EXPECT_EQ(in.left(), 0U);
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
