#pragma once

#include "exporter/config/reader.h"
#include "exporter/relabel/relabel.h"

namespace sidewatch::relabel {

/// Reads a list of rules as `relabel_configs` has them. A wrong rule is an error at its place and
/// left out.
void ReadValue(const config::Node& node, config::Diagnostics& diagnostics, Rules& out);

}  // namespace sidewatch::relabel
