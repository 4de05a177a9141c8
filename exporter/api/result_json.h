#pragma once

#include <functional>

#include "exporter/base/json_writer.h"
#include "exporter/promql/engine.h"

namespace sidewatch::api {

/// Called after each series; may take and clear the writer's string. False: nobody reads any more.
using Flush = std::function<bool()>;

/// Writes `"resultType":…,"result":…` into an object that is open.
void WriteResult(JsonWriter& json, const promql::QueryResult& result, const Flush& flush);

/// Cuts vectors and matrices to `limit` series and says so among the warnings. 0: no limit.
void Truncate(promql::QueryResult& result, std::size_t limit);

}  // namespace sidewatch::api
