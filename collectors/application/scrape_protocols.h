#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace sidewatch::application {

/// The `Accept` header for `scrape_protocols`, the first one wanted most; for an empty list that of
/// Prometheus' default. Errors: kInvalidArgument, naming what is not known, not spoken here or
/// given twice.
Result<std::string> AcceptHeader(const std::vector<std::string>& protocols);

/// The media type that `fallback_scrape_protocol` stands for. Errors: as AcceptHeader.
Result<std::string> MediaTypeOf(const std::string& protocol);

/// Which media type a page is to be read as, as Prometheus 3 decides: what the header says if that
/// is a page of metrics, else `fallback`. Errors: kProtocol, in Prometheus' words.
Result<std::string> PageMediaType(std::string_view content_type, const std::string& fallback);

}  // namespace sidewatch::application
