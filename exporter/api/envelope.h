#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/json_writer.h"
#include "exporter/base/result.h"
#include "exporter/net/http_message.h"

namespace sidewatch::api {

/// Whether an invalid argument stood in a parameter or came up while the query ran.
enum class Phase { kParameters, kExecution };

/// `{"status":"error","errorType":…,"error":…}` with the HTTP status that belongs to it.
net::HttpResponse ErrorResponse(const Error& error, Phase phase);

/// `{"status":"success","data":…}`; `write_data` writes exactly one value.
net::HttpResponse DataResponse(const std::function<void(JsonWriter&)>& write_data,
                               const std::vector<std::string>& warnings = {});

/// Writes `,"warnings":[…],"infos":[…]` as the envelope ends with; empty lists are left out, and
/// long ones are cut after ten.
void WriteAnnotations(JsonWriter& json,
                      const std::vector<std::string>& warnings,
                      const std::vector<std::string>& infos);

inline constexpr std::string_view kTruncated = "results truncated due to limit";

}  // namespace sidewatch::api
