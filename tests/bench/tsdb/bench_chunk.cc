// Size and speed of chunks, a shape of data at a time.

#include <string>

#include <benchmark/benchmark.h>

#include "exporter/tsdb/chunk.h"
#include "tests/bench/tsdb/data.h"

namespace sidewatch::bench {
namespace {

constexpr std::size_t kSamples = 240;

void Encode(benchmark::State& state) {
  const Shape& shape = Shapes()[static_cast<std::size_t>(state.range(0))];
  const auto columns = MakeColumns(shape, kSamples, 1);
  tsdb::ChunkEncoder encoder;
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = encoder.Encode(columns.times, columns.values).AllocatedBytes();
  }
  state.SetLabel(std::string(shape.name));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSamples));
  state.counters["bytes/sample"] = static_cast<double>(bytes) / kSamples;
}

void Decode(benchmark::State& state) {
  const Shape& shape = Shapes()[static_cast<std::size_t>(state.range(0))];
  const auto columns = MakeColumns(shape, kSamples, 1);
  tsdb::ChunkEncoder encoder;
  const tsdb::Chunk chunk = encoder.Encode(columns.times, columns.values);
  storage::SampleColumns out;
  for (auto _ : state) {
    out.clear();
    chunk.Read(kStart, chunk.last(), out);
    benchmark::DoNotOptimize(out.values.data());
  }
  state.SetLabel(std::string(shape.name));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSamples));
}

BENCHMARK(Encode)->DenseRange(0, 6);
BENCHMARK(Decode)->DenseRange(0, 6);

}  // namespace
}  // namespace sidewatch::bench
