#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exporter/config/node.h"

namespace sidewatch::config {

/// A key that is written under another name or, if `as` is empty, not at all: inside the map or
/// list that belongs to key `section`, or, if that is empty, inside entries of any `…_configs`.
struct KeyChange {
  std::string_view section;
  std::string_view key;
  std::string_view as = {};
};

/// Writes a document for people to read, with `<secret>` in place of what must not be shown: values
/// of keys that hold secrets (`password`, `api_url`, `dsn`, …) and passwords inside URLs anywhere.
/// A webhook's URL keeps its scheme (`https://<secret>`): older readers of the result insist on
/// one.
std::string WriteMaskedYaml(const Node& node, std::span<const KeyChange> changes = {});

}  // namespace sidewatch::config
