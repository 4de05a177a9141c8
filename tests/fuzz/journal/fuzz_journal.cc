// Any bytes as a journal batch: they are read or refused, and what was read is written and read
// again as the same.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "exporter/base/check.h"
#include "exporter/tsdb/chunk_batch.h"
#include "exporter/tsdb/journal_codec.h"

namespace sidewatch::tsdb {
namespace {

void CheckChunks(std::string_view bytes) {
  std::vector<JournalChunks> series;
  if (!DecodeChunkBatch(bytes, series).has_value()) {
    return;
  }
  std::string again;
  EncodeChunkBatch(series, again);
  std::vector<JournalChunks> back;
  SW_CHECK(DecodeChunkBatch(again, back).has_value(), "its own chunks are refused");
  SW_CHECK(back.size() == series.size(), "series of chunks differ");
  for (std::size_t i = 0; i < series.size(); ++i) {
    SW_CHECK(back[i].labels == series[i].labels, "labels differ");
    SW_CHECK(back[i].chunks.size() == series[i].chunks.size(), "chunks differ");
    for (std::size_t chunk = 0; chunk < series[i].chunks.size(); ++chunk) {
      SW_CHECK(back[i].chunks[chunk].SameBytes(series[i].chunks[chunk]), "a chunk differs");
    }
  }
}

void CheckSamples(std::string_view bytes) {
  JournalBatch batch;
  if (!DecodeBatch(bytes, batch).has_value()) {
    return;
  }
  std::string again;
  EncodeBatch(batch, again);
  JournalBatch back;
  SW_CHECK(DecodeBatch(again, back).has_value(), "its own bytes are refused");
  SW_CHECK(back.series.size() == batch.series.size(), "series differ");
  SW_CHECK(back.samples.size() == batch.samples.size(), "samples differ");
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    SW_CHECK(back.samples[i].slot == batch.samples[i].slot, "slots differ");
    SW_CHECK(back.samples[i].at == batch.samples[i].at, "times differ");
    SW_CHECK(std::bit_cast<std::uint64_t>(back.samples[i].value) ==
                 std::bit_cast<std::uint64_t>(batch.samples[i].value),
             "values differ");
  }
}

}  // namespace
}  // namespace sidewatch::tsdb

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libFuzzer's bytes as text.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (sidewatch::tsdb::HoldsChunks(bytes)) {
    sidewatch::tsdb::CheckChunks(bytes);
  } else {
    sidewatch::tsdb::CheckSamples(bytes);
  }
  return 0;
}
