#include "collectors/application/job_limits.h"

#include <fmt/format.h>

namespace sidewatch::application {
namespace {

struct Row {
  std::string_view key;
  std::int64_t JobLimits::*limit;
};

constexpr Row kRows[] = {{"sample_limit", &JobLimits::sample_limit},
                         {"label_limit", &JobLimits::label_limit},
                         {"label_name_length_limit", &JobLimits::label_name_length_limit},
                         {"label_value_length_limit", &JobLimits::label_value_length_limit},
                         {"target_limit", &JobLimits::target_limit}};

}  // namespace

JobLimits ReadJobLimits(config::MapReader& map, const JobLimits& defaults) {
  JobLimits limits;
  for (const Row& row : kRows) {
    std::int64_t& limit = limits.*row.limit;
    if (map.Read(row.key, limit) && limit < 0) {
      map.ErrorAt(row.key, fmt::format("{} must not be negative; 0 is no limit", row.key));
    }
    limit = limit == 0 ? defaults.*row.limit : limit;
  }
  config::ByteSize body;
  map.Read("body_size_limit", body);
  limits.body_size_limit = body.bytes == 0 ? defaults.body_size_limit : body.bytes;
  return limits;
}

std::uint64_t Fingerprint(const JobLimits& limits) {
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;
  std::uint64_t hash = limits.body_size_limit * kMix;
  for (const Row& row : kRows) {
    hash = (hash ^ static_cast<std::uint64_t>(limits.*row.limit)) * kMix;
  }
  return hash;
}

}  // namespace sidewatch::application
