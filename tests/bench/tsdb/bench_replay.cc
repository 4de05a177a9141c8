// Start to ready: 10,000 series with an hour of samples in state.db.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>

#include "exporter/state/sample_journal.h"
#include "exporter/tsdb/head.h"
#include "tests/bench/tsdb/data.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::bench {
namespace {

constexpr std::size_t kSeries = 10'000;
constexpr std::size_t kTargets = 10;
constexpr std::int64_t kRounds = 240;

void Fill(const std::string& path, const Clock& clock) {
  const auto database = state::Database::Open(path);
  state::SampleJournal journal(**database);
  tsdb::Head head({}, clock, &journal);
  std::vector<double> values(kSeries, 1000.0);
  std::uint64_t random = 1;
  for (std::int64_t round = 0; round < kRounds; ++round) {
    for (std::size_t target = 0; target < kTargets; ++target) {
      const auto appender = head.NewAppender();
      for (std::size_t i = target * kSeries / kTargets; i < (target + 1) * kSeries / kTargets;
           ++i) {
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
}

void StartToReady(benchmark::State& state) {
  const testkit::ManualClock clock(FromUnixMillis(kStart + kRounds * kStep));
  std::string folder = (std::filesystem::temp_directory_path() / "bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    std::abort();
  }
  const std::string path = folder + "/state.db";
  Fill(path, clock);
  std::int64_t samples = 0;
  for (auto _ : state) {
    const auto database = state::Database::Open(path);
    state::SampleJournal journal(**database);
    tsdb::Head head({}, clock, &journal);
    if (!head.Replay().has_value()) {
      std::abort();
    }
    samples = head.Stats().replayed_samples;
  }
  state.SetItemsProcessed(state.iterations() * samples);
  state.counters["file MB"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  std::filesystem::remove_all(folder);
}

BENCHMARK(StartToReady)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sidewatch::bench
