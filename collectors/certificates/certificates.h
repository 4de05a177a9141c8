#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::certificates {

/// Certificates in files and those that servers show: when they end, whether they are good for what
/// they are there for, and whether the servers show the newest ones.
/// docs/collectors/certificates.md lists the keys.
extern const scrape::CollectorSpec kCertificatesSpec;

}  // namespace sidewatch::certificates
