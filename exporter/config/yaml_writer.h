#pragma once

#include <string>

#include "exporter/config/node.h"

namespace sidewatch::config {

/// Writes a document for people to read, with `<secret>` in place of what must not be shown: values
/// of keys that hold secrets (`password`, `api_url`, `dsn`, …) and passwords inside URLs anywhere.
std::string WriteMaskedYaml(const Node& node);

}  // namespace sidewatch::config
