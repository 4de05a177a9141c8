#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/check.h"
#include "exporter/promql/parser.h"

// What parses must print as something that parses to the same text again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sidewatch;
  constexpr promql::ParserOptions kAllOn = {.experimental_functions = true,
                                            .duration_expressions = true,
                                            .extended_range_selectors = true,
                                            .fill_modifiers = true};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libFuzzer gives unsigned bytes.
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  const Result<promql::ExprPtr> expr = promql::Parse(query, kAllOn);
  if (!expr) {
    return 0;
  }
  const std::string printed = promql::Print(**expr);
  const Result<promql::ExprPtr> again = promql::Parse(printed, kAllOn);
  SW_CHECK(again.has_value(), printed.c_str());
  // Infinity prints with a sign, as in Prometheus, which is read as an operator where it binds
  // less.
  const bool ambiguous = printed.find("+Inf") != std::string::npos;
  SW_CHECK(ambiguous || promql::Print(**again) == printed, printed.c_str());
  return 0;
}
