#pragma once

#include <memory>
#include <string>

#include "exporter/net/http_client.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::application {

/// The kind of every target of `scrape_configs:`. What it shows is what the page shows.
extern const scrape::CollectorSpec kApplicationSpec;

/// Where a page of metrics is.
struct PageOptions {
  std::string url;
  std::string instance;  ///< `host:port`.
  net::HttpClientOptions http = {};
};

/// Reads a page in the text format or OpenMetrics.
///
/// A run fails, and nothing of its page counts, if the page is not there (kUnavailable, with the
/// status), not readable to its end (kProtocol, with the line) or larger than 64 MiB
/// (kLimitExceeded).
std::unique_ptr<scrape::Collector> MakePageCollector(PageOptions options);

}  // namespace sidewatch::application
