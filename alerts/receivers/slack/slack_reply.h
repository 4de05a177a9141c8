#pragma once

#include <string>

#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"

namespace sidewatch::alerts {

/// The text under `key`, or empty.
std::string TextAt(const Json& json, const char* key);

/// What Slack answered: to bots always with status 200, whatever happened; the body says how it
/// went. Relays in front of webhooks do the same.
struct SlackReply {
  Delivery delivery;
  std::string error;  ///< Slack's word; empty: it went well.
  std::string body;
};

SlackReply ReadSlackReply(JsonPoster::Answer answer);

}  // namespace sidewatch::alerts
