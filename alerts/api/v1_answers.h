#pragma once

#include <string_view>

#include "exporter/base/json_writer.h"
#include "exporter/base/result.h"
#include "exporter/net/http_message.h"

namespace sidewatch::alerts {

/// Opens Prometheus' envelope: what follows is the value of `data`, then EndV1Answer.
void BeginV1Answer(JsonWriter& json);
void EndV1Answer(JsonWriter& json);

/// Prometheus' envelope for what cannot be answered: 400, 404 for kNotFound, 503 for kUnavailable.
net::HttpResponse V1Error(const Error& error);

}  // namespace sidewatch::alerts
