#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/alert.h"
#include "alerts/mute/silence.h"
#include "exporter/base/json_writer.h"
#include "exporter/base/result.h"
#include "exporter/net/http_message.h"

namespace sidewatch::alerts {

/// 200 without a body, as after a change that tells nothing.
net::HttpResponse EmptyAnswer(int status = 200);

/// A JSON text as the body: how Alertmanager's own code refuses.
net::HttpResponse TextAnswer(int status, std::string_view text);

/// `{"code":602,"message":"…"}`: how its checks of the request's shape refuse.
net::HttpResponse SchemaAnswer(int code, std::string_view message);

/// What is wrong with a request; `code` is an HTTP status, or above 600 one of the schema's own.
struct SchemaError {
  int code = 400;
  std::string message;
};

void WriteTexts(JsonWriter& json, std::span<const std::string> texts);

/// `[{"name":"ops"}]`.
void WriteReceivers(JsonWriter& json, std::span<const std::string> names);

void WriteSilence(JsonWriter& json, const Silence& silence, TimePoint now);

}  // namespace sidewatch::alerts
