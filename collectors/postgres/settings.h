#pragma once

#include <optional>
#include <string_view>

#include "exporter/model/metric.h"

namespace sidewatch::postgres {

/// A row of pg_settings.
struct Setting {
  std::string_view name;
  std::string_view value;
  std::string_view unit;  ///< `ms`, `kB`, `8kB`, … or nothing.
  std::string_view summary;
};

/// `pg_settings_<name>[_seconds|_bytes]`, the value in seconds or bytes if the setting has a unit.
/// Nothing: not a number or switch, or a unit that is not known.
std::optional<MetricFamily> SettingFamily(const Setting& setting);

}  // namespace sidewatch::postgres
