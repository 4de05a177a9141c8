#pragma once

#include <functional>
#include <string>
#include <vector>

#include "collectors/heartbeats/ping_book.h"
#include "exporter/net/router.h"

namespace sidewatch::heartbeats {

/// The names of the jobs that are configured now. Called from the server's threads.
using NamesFn = std::function<std::vector<std::string>()>;

/// Adds `/ping/NAME`, `/ping/NAME/start`, `/success`, `/fail` and `/EXIT_CODE` for GET, HEAD and
/// POST, and `/api/v1/heartbeats/NAME/log` with the end of the last body.
///
/// All of them are for who may write: also a ping by GET changes state, and what a job printed is
/// not for everybody. `book` outlives the server.
void RegisterPings(net::Router& router, PingBook& book, const NamesFn& names);

}  // namespace sidewatch::heartbeats
