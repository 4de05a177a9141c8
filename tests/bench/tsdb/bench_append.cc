// Appending through references, and what a series and a sample cost in memory.

#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "exporter/tsdb/head.h"
#include "tests/bench/tsdb/data.h"
#include "tests/bench/tsdb/memory.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::bench {
namespace {

/// Takes batches and drops them: the cost of encoding them stays.
class NullJournal final : public storage::Journal {
 public:
  Status Write(std::string_view batch, TimePoint) override {
    bytes += batch.size();
    return {};
  }

  Status Replay(const std::function<Status(std::string_view)>&) override { return {}; }

  Status Truncate(TimePoint) override { return {}; }

  std::size_t bytes = 0;
};

/// A page of series that goes on and on.
class Page {
 public:
  explicit Page(std::size_t series) : values_(series, 1000.0) {
    for (std::size_t i = 0; i < series; ++i) {
      values_[i] = static_cast<double>(NextRandom(random_) % 1'000'000'000);
    }
  }

  /// Every series once.
  void AppendTo(tsdb::Head& head) {
    const TimePoint at = FromUnixMillis(kStart + kStep * round_);
    const auto appender = head.NewAppender();
    for (std::size_t i = 0; i < values_.size(); ++i) {
      values_[i] = ShapeOf(i).next(values_[i], NextRandom(random_), round_);
      if (refs_.size() <= i) {
        refs_.push_back(appender->Append(MakeLabels(i), at, values_[i]).value());
      } else if (!appender->AppendRef(refs_[i], at, values_[i]).has_value()) {
        std::abort();
      }
    }
    if (!appender->Commit().has_value()) {
      std::abort();
    }
    ++round_;
  }

 private:
  std::vector<double> values_;
  std::vector<storage::SeriesRef> refs_;
  std::uint64_t random_ = 1;
  std::int64_t round_ = 0;
};

void AppendByReference(benchmark::State& state) {
  const auto series = static_cast<std::size_t>(state.range(0));
  const testkit::ManualClock clock;
  NullJournal journal;
  tsdb::Head head({.max_series = series}, clock, &journal);
  Page page(series);
  page.AppendTo(head);
  for (auto _ : state) {
    page.AppendTo(head);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["journal bytes/sample"] =
      static_cast<double>(journal.bytes) / static_cast<double>(head.Stats().samples_appended);
}

/// Memory of 100,000 series with one sample each: what a series costs before it holds anything.
void FixedBytesPerSeries(benchmark::State& state) {
  const auto series = static_cast<std::size_t>(state.range(0));
  const testkit::ManualClock clock;
  double measured = 0;
  double told = 0;
  for (auto _ : state) {
    Page page(series);
    const std::size_t before = AllocatedBytes();
    tsdb::Head head({.max_series = series}, clock, nullptr);
    page.AppendTo(head);
    measured = static_cast<double>(AllocatedBytes() - before - series * sizeof(storage::SeriesRef));
    told = static_cast<double>(head.Stats().fixed_bytes);
  }
  state.counters["bytes/series"] = measured / static_cast<double>(series);
  state.counters["told/series"] = told / static_cast<double>(series);
}

/// Memory of a typical page after some hours, all included but the fixed cost of the series.
void BytesPerSample(benchmark::State& state) {
  constexpr std::size_t kSeries = 5000;
  const testkit::ManualClock clock;
  double chunks = 0;
  double measured = 0;
  for (auto _ : state) {
    Page page(kSeries);
    tsdb::Head head({.max_series = kSeries}, clock, nullptr);
    page.AppendTo(head);
    const std::size_t before = AllocatedBytes();
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      page.AppendTo(head);
    }
    const tsdb::HeadStats stats = head.Stats();
    const auto samples = static_cast<double>(stats.samples_stored);
    chunks = static_cast<double>(stats.chunk_bytes) / samples;
    measured = static_cast<double>(AllocatedBytes() - before) / samples;
  }
  state.counters["chunk bytes/sample"] = chunks;
  state.counters["malloc bytes/sample"] = measured;
}

BENCHMARK(AppendByReference)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(FixedBytesPerSeries)->Arg(100'000)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BytesPerSample)->Arg(960)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sidewatch::bench
