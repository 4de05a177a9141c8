#include <benchmark/benchmark.h>

#include "exporter/exposition/parser.h"
#include "exporter/exposition/writer.h"
#include "tests/bench/exposition/pages.h"

namespace sidewatch::exposition {
namespace {

constexpr std::size_t kSeries = 10'000;
constexpr PageFormat kTextPage;
constexpr PageFormat kOpenMetricsPage = {.syntax = Syntax::kOpenMetrics, .version = "1.0.0"};

enum class Depth { kEntries, kLabels };

void ParsePage(benchmark::State& state, const PageFormat& format, Depth depth) {
  const std::vector<MetricFamily> families = MakeFamilies(kSeries);
  const std::string page = FormatPage(PointersTo(families), format);
  for (auto _ : state) {
    PageParser parser(page, format.syntax);
    double sum = 0;
    while (parser.Next()) {
      if (parser.kind() != EntryKind::kSample) {
        continue;
      }
      sum += parser.value();
      if (depth == Depth::kLabels) {
        benchmark::DoNotOptimize(parser.Labels().data());
      }
    }
    benchmark::DoNotOptimize(sum);
    if (!parser.status().has_value()) {
      state.SkipWithError(parser.status().error().message.c_str());
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(page.size()) * state.iterations());
}

void ParseText(benchmark::State& state) {
  ParsePage(state, kTextPage, Depth::kEntries);
}

void ParseTextWithLabels(benchmark::State& state) {
  ParsePage(state, kTextPage, Depth::kLabels);
}

void ParseOpenMetricsWithLabels(benchmark::State& state) {
  ParsePage(state, kOpenMetricsPage, Depth::kLabels);
}

void ParseTextToFamilies(benchmark::State& state) {
  const std::vector<MetricFamily> families = MakeFamilies(kSeries);
  const std::string page = FormatPage(PointersTo(families), kTextPage);
  for (auto _ : state) {
    benchmark::DoNotOptimize(ParseFamilies(page, "text/plain"));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(page.size()) * state.iterations());
}

BENCHMARK(ParseText)->Unit(benchmark::kMicrosecond);
BENCHMARK(ParseTextWithLabels)->Unit(benchmark::kMicrosecond);
BENCHMARK(ParseOpenMetricsWithLabels)->Unit(benchmark::kMicrosecond);
BENCHMARK(ParseTextToFamilies)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sidewatch::exposition
