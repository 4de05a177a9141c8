#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::exec {

/// Kind `exec`: a program of the user's that prints metrics in the text format or OpenMetrics.
///
/// The program sees PATH, HOME, LANG, TZ and USER of ours and what `environment:` adds, nothing
/// else: our own environment holds passwords.
extern const scrape::CollectorSpec kExecSpec;

}  // namespace sidewatch::exec
