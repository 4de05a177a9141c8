#pragma once

#include <string>
#include <vector>

#include "collectors/certificates/endpoint.h"
#include "exporter/config/reader.h"

namespace sidewatch::certificates {

/// What the configuration says about one target.
struct Options {
  std::string name = "certificates";  ///< The target's, for the label `source_name`.
  std::vector<std::string> files;
  std::vector<Endpoint> endpoints;
  std::string key;      ///< A private key that must belong to one of the files.
  std::string ca_file;  ///< Who is believed; empty: the system's authorities.
  bool expose_relative = false;
};

/// Reads the target's keys; mistakes go to the reader's diagnostics.
Options ReadOptions(config::MapReader& target);

}  // namespace sidewatch::certificates
