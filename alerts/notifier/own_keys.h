#pragma once

#include <span>

#include "exporter/config/yaml_writer.h"

namespace sidewatch::alerts {

/// The keys of a notification configuration that no Alertmanager knows, and what its tools are
/// shown in their place: Alertmanager's name for the same, or nothing.
std::span<const config::KeyChange> OwnKeys();

}  // namespace sidewatch::alerts
