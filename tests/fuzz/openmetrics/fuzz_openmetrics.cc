#include <cstddef>
#include <cstdint>

#include "tests/fuzz/round_trip.h"

// libFuzzer gives the name.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sidewatch::exposition::NameEscaping;
  using sidewatch::exposition::Syntax;
  sidewatch::exposition::CheckRoundTrip(
      {reinterpret_cast<const char*>(data), size},
      {.syntax = Syntax::kOpenMetrics, .version = "1.0.0", .escaping = NameEscaping::kAllowUtf8});
  return 0;
}
