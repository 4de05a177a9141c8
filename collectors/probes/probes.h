#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::probes {

/// Pages, ports and hosts as their users see them, with blackbox_exporter's names, and values
/// inside JSON pages. docs/collectors/probes.md lists the keys.
extern const scrape::CollectorSpec kProbesSpec;

}  // namespace sidewatch::probes
