#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/promql/series_notation.h"

// Any text is read or refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libFuzzer gives unsigned bytes.
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto series = sidewatch::promql::ParseSeriesNotation(line);
  return series.has_value() || !series.error().message.empty() ? 0 : -1;
}
