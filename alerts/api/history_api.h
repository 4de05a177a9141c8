#pragma once

#include "alerts/history/history.h"
#include "exporter/net/router.h"

namespace sidewatch::alerts {

/// Adds GET /api/v1/alerts/history: what happened to alerts, newest first. Takes `filter` (a
/// matcher, may repeat), `event` (may repeat), `receiver`, `start`, `end`, `before` and `limit`
/// (100, at most 10,000). Lifetime: `history` outlives the server.
void RegisterHistoryApi(net::Router& router, History& history);

}  // namespace sidewatch::alerts
