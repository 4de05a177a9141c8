#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "alerts/model/alert.h"
#include "exporter/config/node.h"

namespace sidewatch::testkit {

/// Where ManualClock starts.
inline constexpr TimePoint kStart = FromUnixMillis(1'700'000'000'000);

inline alerts::Alert MakeAlert(const LabelSet& labels,
                               TimePoint starts_at = kStart,
                               std::optional<TimePoint> ends_at = std::nullopt) {
  alerts::Alert alert;
  alert.labels = labels;
  alert.starts_at = starts_at;
  alert.ends_at = ends_at;
  alert.updated_at = ends_at.value_or(starts_at);
  return alert;
}

/// The tree of a YAML text; a null node with an error in `diagnostics` if it is none.
inline config::Node Yaml(std::string_view text, config::Diagnostics& diagnostics) {
  return config::ParseYaml(text, "test.yml", config::ExpandEnv::kNo, diagnostics)
      .value_or(config::Node());
}

/// All errors, a line each; empty for none.
inline std::string Errors(const config::Diagnostics& diagnostics) {
  const Status status = diagnostics.ToStatus();
  return status ? std::string() : status.error().message;
}

}  // namespace sidewatch::testkit
