#pragma once

#include <memory>

#include "exporter/api/api.h"
#include "exporter/net/http_message.h"

namespace sidewatch::api {

/// One endpoint of /api/v1. An error becomes the envelope's error answer.
using Endpoint = Result<net::HttpResponse> (*)(const ApiDeps& deps,
                                               const net::HttpRequest& request);

Result<net::HttpResponse> Query(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> QueryRange(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> QueryExemplars(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> FormatQuery(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ParseQuery(const ApiDeps& deps, const net::HttpRequest& request);

Result<net::HttpResponse> ListSeries(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ListLabels(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ListLabelValues(const ApiDeps& deps, const net::HttpRequest& request);

Result<net::HttpResponse> ListTargets(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ListTargetMetadata(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ListScrapePools(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ListMetadata(const ApiDeps& deps, const net::HttpRequest& request);

Result<net::HttpResponse> ShowBuildInfo(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowConfig(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowFlags(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowRuntimeInfo(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowWalReplay(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowFeatures(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowAlertmanagers(const ApiDeps& deps, const net::HttpRequest& request);
Result<net::HttpResponse> ShowTsdb(const ApiDeps& deps, const net::HttpRequest& request);

/// `/metrics`: the newest snapshots, or a run now for `collect[]`.
net::HttpResponse MetricsPage(const ApiDeps& deps, const net::HttpRequest& request);

}  // namespace sidewatch::api
