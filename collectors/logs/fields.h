#pragma once

#include <string_view>

#include "collectors/logs/record.h"

namespace sidewatch::logs {

/// One `name: value` of a structured line.
struct Field {
  std::string_view name;   ///< With dots for nesting: `http.response.status_code`.
  std::string_view value;  ///< As written, without quotes.
  bool quoted = false;
  bool escaped = false;  ///< Holds backslashes.
};

/// Puts a field where the table of known names says it belongs; others are passed over.
void TakeField(const Field& field, Record& record);

/// `12.5`, `12ms`, `1.5s`, `80µs`: in seconds. A bare number counts in `bare_unit` seconds.
/// Record::kAbsent: not a duration.
double ParseSeconds(std::string_view text, double bare_unit);

}  // namespace sidewatch::logs
