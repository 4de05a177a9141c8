#pragma once

#include "exporter/net/router.h"

namespace sidewatch::web {

/// Adds the page at `/` and its two files. Its links are relative, so it works under a prefix too.
void RegisterWeb(net::Router& router);

}  // namespace sidewatch::web
