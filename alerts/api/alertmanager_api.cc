#include "alerts/api/alertmanager_api.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alerts/api/alerts_v2.h"
#include "alerts/api/silences_v2.h"
#include "alerts/api/v2_answers.h"
#include "exporter/base/json_writer.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

net::HttpResponse AnswerStatus(const AlertmanagerApiDeps& deps) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  // One program: there is nobody to be in step with.
  json.Key("cluster").BeginObject();
  json.Key("peers").BeginArray().EndArray().Key("status").String("disabled").EndObject();
  json.Key("config").BeginObject().Key("original").String(deps.config_yaml()).EndObject();
  json.Key("uptime").String(FormatRfc3339(deps.started_at));
  json.Key("versionInfo").BeginObject();
  json.Key("branch").String("").Key("buildDate").String("").Key("buildUser").String("");
  json.Key("goVersion").String("");
  json.Key("revision").String(deps.revision);
  json.Key("version").String(deps.version).EndObject();
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse AnswerReceivers(const AlertmanagerApiDeps& deps) {
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const std::string& name : deps.notifier.Receivers()) {
    json.BeginObject().Key("labels").BeginObject().Key("name").String(name).EndObject();
    json.Key("name").String(name).EndObject();
  }
  json.EndArray();
  return net::JsonResponse(200, std::move(body));
}

constexpr std::string_view kRoot = "/api/v2/";

using Answer = net::HttpResponse (*)(const AlertmanagerApiDeps&, const net::HttpRequest&);

struct Endpoint {
  std::string_view method;
  std::string_view path;
  net::Access access;
  Answer answer;
};

constexpr Endpoint kEndpoints[] = {
    {"GET",
     "/api/v2/status",
     net::Access::kRead,
     [](const AlertmanagerApiDeps& deps, const net::HttpRequest& /*request*/) {
       return AnswerStatus(deps);
     }},
    {"GET",
     "/api/v2/receivers",
     net::Access::kRead,
     [](const AlertmanagerApiDeps& deps, const net::HttpRequest& /*request*/) {
       return AnswerReceivers(deps);
     }},
    {"GET", "/api/v2/alerts", net::Access::kRead, &AnswerV2Alerts},
    {"POST", "/api/v2/alerts", net::Access::kWrite, &TakeV2Alerts},
    {"GET", "/api/v2/alerts/groups", net::Access::kRead, &AnswerV2Groups},
    {"GET", "/api/v2/silences", net::Access::kRead, &AnswerV2Silences},
    {"POST", "/api/v2/silences", net::Access::kWrite, &TakeV2Silence},
    {"GET", "/api/v2/silence/{id}", net::Access::kRead, &AnswerV2Silence},
    {"DELETE", "/api/v2/silence/{id}", net::Access::kWrite, &ExpireV2Silence},
    {"GET",
     "/api/v1/silences",
     net::Access::kRead,
     [](const AlertmanagerApiDeps& deps, const net::HttpRequest& /*request*/) {
       return AnswerSilenceTrails(deps);
     }},
};

constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};

std::vector<std::string_view> MethodsOf(std::string_view path) {
  std::vector<std::string_view> methods;
  for (const Endpoint& endpoint : kEndpoints) {
    if (endpoint.path == path) {
      methods.push_back(endpoint.method);
    }
  }
  return methods;
}

net::HttpResponse RefuseMethod(const std::string& method,
                               const std::vector<std::string_view>& allowed) {
  constexpr int kMethodNotAllowed = 405;
  const std::string list = fmt::format("{}", fmt::join(allowed, ","));
  net::HttpResponse response = SchemaAnswer(
      kMethodNotAllowed, fmt::format("method {} is not allowed, but [{}] are", method, list));
  response.headers.emplace_back("Allow", list);
  return response;
}

net::HttpResponse RefusePath(const net::HttpRequest& request) {
  constexpr int kNotFound = 404;
  return SchemaAnswer(kNotFound, fmt::format("path {} was not found", request.path));
}

void RegisterWrongMethod(net::Router& router, std::string_view method, std::string_view path) {
  const std::vector<std::string_view> allowed = MethodsOf(path);
  if (std::ranges::find(allowed, method) == allowed.end()) {
    router.Handle(method, path, net::Access::kRead, [allowed](const net::HttpRequest& request) {
      return RefuseMethod(request.method, allowed);
    });
  }
}

/// Clients of this API read errors as JSON, of methods and paths that it does not have too.
void RegisterRefusals(net::Router& router) {
  const std::string rest = fmt::format("{}{{rest...}}", kRoot);
  for (const std::string_view method : kMethods) {
    for (const Endpoint& endpoint : kEndpoints) {
      if (endpoint.path.starts_with(kRoot)) {
        RegisterWrongMethod(router, method, endpoint.path);
      }
    }
    router.Handle(method, rest, net::Access::kRead, &RefusePath);
  }
}

}  // namespace

void RegisterAlertmanagerApi(net::Router& router, const AlertmanagerApiDeps& deps) {
  for (const Endpoint& endpoint : kEndpoints) {
    router.Handle(endpoint.method,
                  endpoint.path,
                  endpoint.access,
                  [deps, answer = endpoint.answer](const net::HttpRequest& request) {
                    return answer(deps, request);
                  });
  }
  RegisterRefusals(router);
}

}  // namespace sidewatch::alerts
