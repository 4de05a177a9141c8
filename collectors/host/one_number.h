#pragma once

#include "collectors/host/part.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

/// The parser of a file that holds one number.
template <const MetricDescriptor& kMetric>
Status ParseOneNumber(std::string_view text, scrape::SampleSink& sink) {
  const auto value = ReadCount(Trim(text));
  if (!value) {
    return Fail(ErrorCode::kProtocol, "{}: expected a number", kMetric.source);
  }
  sink.Add(kMetric, *value);
  return {};
}

}  // namespace sidewatch::host
