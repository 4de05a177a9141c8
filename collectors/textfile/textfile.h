#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::textfile {

/// Kind `textfile`: the `*.prom` files of a folder, as node_exporter's collector of that name reads
/// them. A run never fails: what cannot be read is told by `node_textfile_scrape_error`.
extern const scrape::CollectorSpec kTextfileSpec;

}  // namespace sidewatch::textfile
