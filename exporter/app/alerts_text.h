#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace sidewatch::app {

/// The `data` of /api/v1/alerts/history as a table, newest first.
std::string HistoryText(const nlohmann::ordered_json& data);

/// The `data` of /api/v1/alerts/ack: a line an alert.
std::string AckedAlertsText(const nlohmann::ordered_json& data);

/// The `data` of /api/v1/alerts/acks as a table.
std::string AcksText(const nlohmann::ordered_json& data);

}  // namespace sidewatch::app
