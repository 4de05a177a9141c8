#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/config/reader.h"
#include "exporter/model/label_set.h"

namespace sidewatch::application {

/// What the addresses of a target group are.
enum class Addresses {
  kFinal,       ///< Where the page is: one that is no host with a port is a mistake.
  kRelabelled,  ///< Whatever relabel_configs make of them, e.g. a URL for `__param_target`.
};

/// Reads one target group (`targets`, `labels`) as the labels of each of its targets.
void ReadTargetGroup(const config::Node& node,
                     Addresses addresses,
                     config::Diagnostics& diagnostics,
                     std::vector<LabelSet>& out);

/// Reads `file_sd_configs` and the files that it names, YAML or JSON. A file that is not there is
/// no target; one that cannot be read is an error, so that a reload keeps what was.
std::vector<LabelSet> ReadFileDiscovery(const config::Node& list,
                                        Addresses addresses,
                                        config::Diagnostics& diagnostics);

/// Changes when a file that one of the scrape configs names comes, goes or is written.
std::uint64_t DiscoverySignature(const config::Node& scrape_configs);

}  // namespace sidewatch::application
