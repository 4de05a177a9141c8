// Any bytes as a journal batch: they are read or refused, and what was read is written and read
// again as the same.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "exporter/base/check.h"
#include "exporter/tsdb/journal_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sidewatch::tsdb::JournalBatch;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libFuzzer's bytes as text.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  JournalBatch batch;
  if (!sidewatch::tsdb::DecodeBatch(bytes, batch).has_value()) {
    return 0;
  }
  std::string again;
  sidewatch::tsdb::EncodeBatch(batch, again);
  JournalBatch back;
  SW_CHECK(sidewatch::tsdb::DecodeBatch(again, back).has_value(), "its own bytes are refused");
  SW_CHECK(back.series.size() == batch.series.size(), "series differ");
  SW_CHECK(back.samples.size() == batch.samples.size(), "samples differ");
  for (std::size_t i = 0; i < batch.samples.size(); ++i) {
    SW_CHECK(back.samples[i].slot == batch.samples[i].slot, "slots differ");
    SW_CHECK(back.samples[i].at == batch.samples[i].at, "times differ");
    SW_CHECK(std::bit_cast<std::uint64_t>(back.samples[i].value) ==
                 std::bit_cast<std::uint64_t>(batch.samples[i].value),
             "values differ");
  }
  return 0;
}
