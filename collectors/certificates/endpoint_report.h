#pragma once

#include <vector>

#include "collectors/certificates/file_report.h"
#include "collectors/certificates/findings.h"
#include "collectors/certificates/handshake.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::certificates {

/// Writes what the servers showed, as blackbox_exporter names it, and what we think of it: chain,
/// name, and whether a newer certificate lies in `files` that the server was not told of.
void WriteEndpoints(const std::vector<Handshake>& handshakes,
                    const std::vector<ReadFile>& files,
                    const FileContext& context,
                    Findings& findings,
                    scrape::SampleSink& sink);

}  // namespace sidewatch::certificates
