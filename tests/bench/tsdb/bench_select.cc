// Finding series and reading their last five minutes, as a rule does.

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "exporter/tsdb/head.h"
#include "tests/bench/tsdb/data.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::bench {
namespace {

constexpr std::size_t kSeries = 10'000;
constexpr std::int64_t kRounds = 960;

struct Query {
  std::string_view name;
  MatchOp op;
  std::string_view label;
  std::string_view value;
};

constexpr Query kQueries[] = {
    {"one name", MatchOp::kEqual, "__name__", "bench_metric_17_total"},
    {"half of all", MatchOp::kEqual, "mode", "read"},
    {"prefix", MatchOp::kRegex, "__name__", "bench_metric_1.*"},
    {"scan", MatchOp::kRegex, "__name__", ".*_(1|2)7_total"},
    {"negated", MatchOp::kNotEqual, "mode", "read"},
};

class Filled {
 public:
  Filled() {
    std::vector<double> values(kSeries, 1000.0);
    std::uint64_t random = 1;
    for (std::int64_t round = 0; round < kRounds; ++round) {
      const auto appender = head.NewAppender();
      for (std::size_t i = 0; i < kSeries; ++i) {
        values[i] = ShapeOf(i).next(values[i], NextRandom(random), round);
        if (!appender->Append(MakeLabels(i), FromUnixMillis(kStart + round * kStep), values[i])
                 .has_value()) {
          std::abort();
        }
      }
      if (!appender->Commit().has_value()) {
        std::abort();
      }
    }
  }

  testkit::ManualClock clock;
  tsdb::Head head{{}, clock, nullptr};
};

/// The second argument is the length of the range in minutes.
void SelectAndRead(benchmark::State& state) {
  const Filled filled;
  const Query& query = kQueries[state.range(0)];
  const std::vector<Matcher> matchers = {
      Matcher::Create(query.op, query.label, query.value).value()};
  const TimePoint end = FromUnixMillis(kStart + kRounds * kStep);
  const storage::TimeRange range = {end - std::chrono::minutes(state.range(1)), end};
  storage::SampleColumns columns;
  std::size_t samples = 0;
  std::size_t series = 0;
  for (auto _ : state) {
    const auto selected = filled.head.Select(matchers, range);
    series = selected->size();
    samples = 0;
    for (const auto& one : *selected) {
      columns.clear();
      one->Read(range, columns);
      samples += columns.size();
    }
  }
  state.SetLabel(std::string(query.name));
  state.counters["series"] = static_cast<double>(series);
  state.counters["samples"] = static_cast<double>(samples);
}

BENCHMARK(SelectAndRead)
    ->ArgsProduct({benchmark::CreateDenseRange(0, 4, 1), {5, 240}})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sidewatch::bench
