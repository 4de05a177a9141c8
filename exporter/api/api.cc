#include "exporter/api/api.h"

#include <memory>
#include <utility>

#include "exporter/api/endpoints.h"
#include "exporter/api/envelope.h"

namespace sidewatch::api {

namespace {

using net::Access;
using net::HttpRequest;
using net::HttpResponse;
using Deps = std::shared_ptr<const ApiDeps>;

struct Route {
  std::string_view path;
  Endpoint endpoint;
  bool takes_post = false;
};

constexpr Route kRoutes[] = {
    {"/api/v1/query", &Query, true},
    {"/api/v1/query_range", &QueryRange, true},
    {"/api/v1/query_exemplars", &QueryExemplars, true},
    {"/api/v1/format_query", &FormatQuery, true},
    {"/api/v1/parse_query", &ParseQuery, true},
    {"/api/v1/series", &ListSeries, true},
    {"/api/v1/labels", &ListLabels, true},
    {"/api/v1/label/{name}/values", &ListLabelValues},
    {"/api/v1/metadata", &ListMetadata},
    {"/api/v1/targets", &ListTargets},
    {"/api/v1/targets/metadata", &ListTargetMetadata},
    {"/api/v1/scrape_pools", &ListScrapePools},
    {"/api/v1/alertmanagers", &ShowAlertmanagers},
    {"/api/v1/status/buildinfo", &ShowBuildInfo},
    {"/api/v1/status/config", &ShowConfig},
    {"/api/v1/status/flags", &ShowFlags},
    {"/api/v1/status/runtimeinfo", &ShowRuntimeInfo},
    {"/api/v1/status/tsdb", &ShowTsdb},
    {"/api/v1/status/walreplay", &ShowWalReplay},
    {"/api/v1/features", &ShowFeatures},
};

/// Pages of other sites may read the API, as with Prometheus. The answers hold no secrets, and a
/// browser sends no login along to `*`.
void AllowOtherOrigins(HttpResponse& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                "Accept, Authorization, Content-Type, Origin");
  response.headers.emplace_back("Access-Control-Expose-Headers", "Date");
}

HttpResponse Serve(const ApiDeps& deps, Endpoint endpoint, const HttpRequest& request) {
  if (!deps.ready()) {
    return net::TextResponse(503, "Service Unavailable");
  }
  Result<HttpResponse> result = endpoint(deps, request);
  HttpResponse response =
      result.has_value() ? std::move(*result) : ErrorResponse(result.error(), Phase::kParameters);
  AllowOtherOrigins(response);
  return response;
}

HttpResponse Preflight(const HttpRequest& /*request*/) {
  HttpResponse response = net::TextResponse(204, "");
  AllowOtherOrigins(response);
  return response;
}

HttpResponse Reload(const ApiDeps& deps) {
  if (!deps.reload) {
    return net::TextResponse(403, "There is no configuration file to reload.\n");
  }
  const Status status = deps.reload();
  if (!status.has_value()) {
    return net::TextResponse(500, "failed to reload config: " + status.error().message + "\n");
  }
  return {.content_type = ""};
}

void RegisterLifecycle(net::Router& router, const Deps& deps) {
  router.Handle("GET", "/-/healthy", Access::kRead, [](const HttpRequest&) {
    return net::TextResponse(200, "Prometheus Server is Healthy.\n");
  });
  router.Handle("GET", "/-/ready", Access::kRead, [deps](const HttpRequest&) {
    return deps->ready() ? net::TextResponse(200, "Prometheus Server is Ready.\n")
                         : net::TextResponse(503, "Service Unavailable");
  });
  for (const char* method : {"POST", "PUT"}) {
    router.Handle(
        method, "/-/reload", Access::kWrite, [deps](const HttpRequest&) { return Reload(*deps); });
  }
  router.Handle("GET", "/-/reload", Access::kRead, [](const HttpRequest&) {
    return net::TextResponse(405, "Only POST or PUT requests allowed");
  });
}

}  // namespace

Targets TargetsOf(const scrape::ScrapeManager& manager) {
  return {[&manager] { return manager.Snapshots(); },
          [&manager] { return manager.Statuses(); },
          [&manager](const std::vector<std::string>& kinds, const std::stop_token& stop) {
            return manager.CollectNow(kinds, stop);
          }};
}

void RegisterApi(net::Router& router, ApiDeps deps) {
  const auto shared = std::make_shared<const ApiDeps>(std::move(deps));
  for (const Route& route : kRoutes) {
    const net::Handler handler = [shared, endpoint = route.endpoint](const HttpRequest& request) {
      return Serve(*shared, endpoint, request);
    };
    router.Handle("GET", route.path, Access::kRead, handler);
    if (route.takes_post) {
      router.Handle("POST", route.path, Access::kRead, handler);
    }
  }
  router.Handle("OPTIONS", "/api/v1/{path...}", Access::kRead, Preflight);
  router.Handle("GET", "/metrics", Access::kRead, [shared](const HttpRequest& request) {
    return MetricsPage(*shared, request);
  });
  RegisterLifecycle(router, shared);
}

}  // namespace sidewatch::api
