#include <cstddef>
#include <cstdint>

#include "tests/fuzz/round_trip.h"

// libFuzzer gives the name.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sidewatch::exposition::NameEscaping;
  sidewatch::exposition::CheckRoundTrip({reinterpret_cast<const char*>(data), size},
                                        {.escaping = NameEscaping::kAllowUtf8});
  return 0;
}
