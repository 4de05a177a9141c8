#include <benchmark/benchmark.h>

#include "exporter/exposition/writer.h"
#include "tests/bench/exposition/pages.h"

namespace sidewatch::exposition {
namespace {

constexpr std::size_t kSeries = 100'000;

void WriteSeries(benchmark::State& state, const PageFormat& format) {
  const std::vector<MetricFamily> families = MakeFamilies(kSeries);
  const std::vector<const MetricFamily*> pointers = PointersTo(families);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const bool whole = WritePage(pointers, format, [&](std::string_view piece) {
      bytes += piece.size();
      return true;
    });
    benchmark::DoNotOptimize(whole);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void WriteText(benchmark::State& state) {
  WriteSeries(state, {});
}

void WriteOpenMetrics(benchmark::State& state) {
  WriteSeries(state, {.syntax = Syntax::kOpenMetrics, .version = "1.0.0"});
}

BENCHMARK(WriteText)->Unit(benchmark::kMillisecond);
BENCHMARK(WriteOpenMetrics)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sidewatch::exposition
