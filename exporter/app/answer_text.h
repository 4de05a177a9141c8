#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace sidewatch::app {

/// The `data` of /api/v1/query or query_range as aligned text: a row a series, or a row a sample of
/// a range.
std::string QueryText(const nlohmann::ordered_json& data);

/// The `data` of /api/v1/alerts as a table, firing ones first.
std::string AlertsText(const nlohmann::ordered_json& data);

}  // namespace sidewatch::app
