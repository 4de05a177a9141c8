#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts {

inline constexpr std::string_view kAlertName = "alertname";

/// Identifies an alert by its labels: FNV-1a 64 over the sorted names and values, each followed by
/// 0xff, as Alertmanager does it.
std::uint64_t Fingerprint(const LabelSet& labels);

/// 16 hexadecimal digits.
std::string FormatFingerprint(std::uint64_t fingerprint);

/// One alert as rules raise it and receivers show it.
struct Alert {
  LabelSet labels;
  LabelSet annotations;
  TimePoint starts_at;  ///< When it began to fire.
  std::optional<TimePoint>
      ends_at;  ///< When it was resolved, or when it counts as resolved if nobody repeats it.
  TimePoint updated_at;
  std::string generator_url;

  bool ResolvedAt(TimePoint now) const { return ends_at && *ends_at <= now; }

  std::string_view name() const { return labels.Get(kAlertName); }
};

}  // namespace sidewatch::alerts
