#include "alerts/api/alertmanager_api.h"

#include <utility>

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
}

}  // namespace sidewatch::alerts
