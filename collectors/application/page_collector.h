#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/net/http_client.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::application {

/// The kind of every target of `scrape_configs:`. What it shows is what the page shows.
extern const scrape::CollectorSpec kApplicationSpec;

/// Where a page of metrics is, and how it is asked for.
struct PageOptions {
  std::string url;
  std::string instance;  ///< `host:port`.
  net::HttpClientOptions http = {};
  std::string accept = {};            ///< Empty: what Prometheus asks for.
  std::string fallback_type = {};     ///< How to read a page that does not say what it is.
  std::uint64_t body_size_limit = 0;  ///< 0: 64 MiB.
  bool compression = true;
  bool keeps_empty_labels = false;  ///< They say what `honor_labels` needs to know.
  Duration timeout = Duration(0);   ///< Told to the page; 0: not told.
  std::string refusal = {};         ///< If set, each run fails with it and nothing is asked.
};

/// Reads a page in the text format or OpenMetrics.
///
/// A run fails, and nothing of its page counts, if the page is not there (kUnavailable, with the
/// status), not readable to its end (kProtocol, with the line) or larger than it may be
/// (kLimitExceeded).
std::unique_ptr<scrape::Collector> MakePageCollector(PageOptions options);

}  // namespace sidewatch::application
