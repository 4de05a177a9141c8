#pragma once

#include <cstddef>

#include "collectors/host/part.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

/// The parser of a file that holds one number: that of row `kRow` of the table `kTable`.
// Not a reference to the row itself: clang 14 takes whole objects only.
template <const auto& kTable, std::size_t kRow>
Status ParseOneNumber(std::string_view text, scrape::SampleSink& sink) {
  constexpr const MetricDescriptor& kMetric = kTable[kRow];
  const auto value = ReadCount(Trim(text));
  if (!value) {
    return Fail(ErrorCode::kProtocol, "{}: expected a number", kMetric.source);
  }
  sink.Add(kMetric, *value);
  return {};
}

}  // namespace sidewatch::host
