#pragma once

#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/config/reader.h"

namespace sidewatch::net {

/// A header of one's own; its value may be a secret, also one of a file that is read at each use.
struct SecretHeader {
  std::string name;
  config::SecretSource value;
};

/// Reads Prometheus' `http_headers`: `{X-Team: {values: [a], secrets: [b], files: [c]}}`. Headers
/// that the client sets itself are refused.
void ReadHttpHeaders(const config::Node& node,
                     config::Diagnostics& diagnostics,
                     std::vector<SecretHeader>& out);

/// `name: value`. Errors: those of SecretSource::Load; kInvalidArgument if the value has several
/// lines, which would be headers of their own.
Result<std::string> HeaderLine(const SecretHeader& header);

}  // namespace sidewatch::net
