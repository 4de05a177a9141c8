#pragma once

#include <cstdint>

#include "exporter/config/reader.h"

namespace sidewatch::application {

/// What a scrape may bring. 0: that of `global:`, and there: no limit.
struct JobLimits {
  bool operator==(const JobLimits&) const = default;

  std::int64_t sample_limit = 0;
  std::int64_t label_limit = 0;
  std::int64_t label_name_length_limit = 0;
  std::int64_t label_value_length_limit = 0;
  std::int64_t target_limit = 0;
  std::uint64_t body_size_limit = 0;
};

/// Reads the limits' keys of `global:` or of a scrape config; what is 0 or absent is taken from
/// `defaults`.
JobLimits ReadJobLimits(config::MapReader& map, const JobLimits& defaults);

/// Differs, most likely, where the limits do.
std::uint64_t Fingerprint(const JobLimits& limits);

}  // namespace sidewatch::application
