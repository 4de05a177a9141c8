#include <random>
#include <vector>

#include "tests/unit/exporter/promql/engine/scene.h"

namespace sidewatch::promql {
namespace {

constexpr std::int64_t kRange = 300'000;

/// Least squares by the book, around the means.
double SlopeOf(const std::vector<Sample>& samples, std::int64_t end) {
  std::vector<std::pair<long double, long double>> points;
  for (const Sample& sample : samples) {
    const std::int64_t at = ToUnixMillis(sample.at);
    if (at > end - kRange && at <= end) {
      points.emplace_back(static_cast<long double>(at) / 1000, sample.value);
    }
  }
  long double x_mean = 0;
  long double y_mean = 0;
  for (const auto& [x, y] : points) {
    x_mean += x / static_cast<long double>(points.size());
    y_mean += y / static_cast<long double>(points.size());
  }
  long double covariance = 0;
  long double variance = 0;
  for (const auto& [x, y] : points) {
    covariance += (x - x_mean) * (y - y_mean);
    variance += (x - x_mean) * (x - x_mean);
  }
  return static_cast<double>(covariance / variance);
}

struct Spacing {
  std::string name;
  std::vector<std::int64_t> gaps;  ///< Milliseconds, over and over.
};

class SlopeTest : public testing::TestWithParam<Spacing> {};

TEST_P(SlopeTest, IsThatOfLeastSquaresAtEachStep) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> noise(-1, 1);
  testkit::MemoryStorage storage;
  std::vector<Sample> samples;
  std::int64_t at = 1'700'000'000'000;
  for (std::size_t i = 0; i < 200; ++i) {
    samples.push_back({FromUnixMillis(at), 0.01 * static_cast<double>(i) + noise(random)});
    ASSERT_TRUE(storage.Append(LabelSet{{"__name__", "g"}}, samples.back().at, samples.back().value)
                    .has_value());
    at += GetParam().gaps[i % GetParam().gaps.size()];
  }
  const testkit::ManualClock clock;
  const Engine engine({}, clock);
  const auto query = engine.Prepare("deriv(g[5m])");
  ASSERT_TRUE(query.has_value());
  const auto got = engine.Range(storage,
                                *query,
                                {.start = samples[2].at + Duration(5),
                                 .end = samples.back().at + Duration(100'000),
                                 .step = Duration(7'000)});
  ASSERT_TRUE(got.has_value()) << got.error().message;
  const auto& series = std::get<MatrixValue>(got->value);
  ASSERT_EQ(series.size(), 1U);
  ASSERT_GT(series[0].samples.size(), 100U);
  for (const Sample& slope : series[0].samples) {
    EXPECT_NEAR(slope.value, SlopeOf(samples, ToUnixMillis(slope.at)), 1e-12)
        << "at " << ToUnixMillis(slope.at);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SlopeTest,
    testing::Values(Spacing{"Even", {15'000}},
                    Spacing{"Uneven", {15'000, 14'998, 15'003}},
                    Spacing{"AGapNowAndThen",
                            {15'000, 15'000, 15'000, 15'000, 15'000, 15'000, 15'000, 45'000}},
                    Spacing{"TwoIntervals",
                            [] {
                              std::vector<std::int64_t> gaps(60, 15'000);
                              gaps.resize(120, 10'000);
                              return gaps;
                            }()}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::promql
