#pragma once

#include <vector>

#include "alerts/rules/rule_file.h"
#include "exporter/config/diagnostics.h"
#include "exporter/config/node.h"

namespace sidewatch::alerts::library {

/// The groups of the shipped rules as `library:` of the config file wants them:
///
///   library:
///     enabled: true                        # false: none of them
///     disable: [RedisEvictions]            # rules that are left out
///     enable: [Watchdog]                   # rules that are off by default
///     set: {connection_use_percent: 85}    # thresholds
///
/// Shape:   `node` is that map; null is the default, which is all rules that are not off.
/// Errors:  a rule or a setting that does not exist, with the nearest that does, and a setting that
///          is no number go to `diagnostics`; the result is then not to be used.
std::vector<rules::GroupConfig> ReadLibrary(const config::Node& node,
                                            const rules::LoadOptions& options,
                                            config::Diagnostics& diagnostics);

}  // namespace sidewatch::alerts::library
