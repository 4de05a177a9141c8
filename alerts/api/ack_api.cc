#include "alerts/api/ack_api.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "alerts/api/v1_answers.h"
#include "alerts/model/matcher_parser.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/label_json.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;

/// Which alerts are meant, and who does it.
struct Order {
  std::vector<std::string> fingerprints;
  Matchers matchers;
  AckAuthor author;
};

Status ReadText(const Json& json, const char* key, std::string& out) {
  const auto found = json.find(key);
  if (found == json.end()) {
    return {};
  }
  if (!found->is_string()) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" must be a text", key);
  }
  out = found->get<std::string>();
  return {};
}

Status ReadTexts(const Json& json, const char* key, std::vector<std::string>& out) {
  const auto found = json.find(key);
  if (found == json.end()) {
    return {};
  }
  const bool texts = found->is_array() &&
                     std::ranges::all_of(*found, [](const Json& one) { return one.is_string(); });
  if (!texts) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" must be a list of texts", key);
  }
  out = found->get<std::vector<std::string>>();
  return {};
}

Result<Order> ReadOrder(const net::HttpRequest& request) {
  const Json json = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return Fail(ErrorCode::kInvalidArgument,
                R"(the body must be JSON like {{"matchers": ["alertname=Disk"], "by": "ann"}})");
  }
  Order order;
  order.author.from = request.remote_address;
  std::vector<std::string> matchers;
  SW_TRY(ReadTexts(json, "fingerprints", order.fingerprints));
  SW_TRY(ReadTexts(json, "matchers", matchers));
  SW_TRY(ReadText(json, "by", order.author.by));
  SW_TRY(ReadText(json, "comment", order.author.comment));
  for (const std::string& text : matchers) {
    SW_TRY_ASSIGN(Matcher matcher, ParseMatcher(text));
    order.matchers.push_back(std::move(matcher));
  }
  if (order.fingerprints.empty() == order.matchers.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                R"(either "fingerprints" or "matchers" must say which alerts)");
  }
  return order;
}

bool Means(const Order& order, const Alert& alert) {
  if (!order.matchers.empty()) {
    return MatchesAll(order.matchers, alert.labels);
  }
  const std::string fingerprint = FormatFingerprint(Fingerprint(alert.labels));
  return std::ranges::find(order.fingerprints, fingerprint) != order.fingerprints.end();
}

Result<std::vector<Alert>> FiringAlerts(const AckApiDeps& deps, const Order& order) {
  const TimePoint now = deps.clock.Now();
  std::vector<Alert> meant;
  for (const AlertPtr& alert : deps.notifier.Alerts()) {
    if (!alert->ResolvedAt(now) && Means(order, *alert)) {
      meant.push_back(*alert);
    }
  }
  if (meant.empty()) {
    return Fail(ErrorCode::kNotFound, "no such alert fires");
  }
  return meant;
}

void WriteAlert(JsonWriter& json, const LabelSet& labels) {
  json.Key("fingerprint").String(FormatFingerprint(Fingerprint(labels)));
  json.Key("labels");
  WriteLabels(json, labels);
}

using Change = Status (Acknowledgements::*)(std::span<const Alert>, const AckAuthor&);

net::HttpResponse TakeChange(const AckApiDeps& deps,
                             const net::HttpRequest& request,
                             Change change) {
  const auto order = ReadOrder(request);
  if (!order) {
    return V1Error(order.error());
  }
  const auto alerts = FiringAlerts(deps, *order);
  if (!alerts) {
    return V1Error(alerts.error());
  }
  if (const Status done = (deps.acknowledgements.*change)(*alerts, order->author); !done) {
    return V1Error(done.error());
  }
  std::string body;
  JsonWriter json(body);
  BeginV1Answer(json);
  json.BeginObject().Key("alerts").BeginArray();
  for (const Alert& alert : *alerts) {
    json.BeginObject();
    WriteAlert(json, alert.labels);
    json.EndObject();
  }
  json.EndArray().EndObject();
  EndV1Answer(json);
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse AnswerAcks(const AckApiDeps& deps) {
  std::string body;
  JsonWriter json(body);
  BeginV1Answer(json);
  json.BeginObject().Key("acknowledgements").BeginArray();
  for (const Acknowledgement& held : deps.acknowledgements.All()) {
    json.BeginObject();
    WriteAlert(json, held.labels);
    json.Key("at").String(FormatRfc3339(held.at));
    json.Key("by").String(held.by);
    json.Key("from").String(held.from);
    json.Key("comment").String(held.comment);
    json.EndObject();
  }
  json.EndArray().EndObject();
  EndV1Answer(json);
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

void RegisterAckApi(net::Router& router, const AckApiDeps& deps) {
  const std::pair<std::string_view, Change> changes[] = {
      {"/api/v1/alerts/ack", &Acknowledgements::Acknowledge},
      {"/api/v1/alerts/unack", &Acknowledgements::Withdraw}};
  for (const auto& [path, change] : changes) {
    router.Handle(
        "POST", path, net::Access::kWrite, [deps, act = change](const net::HttpRequest& request) {
          return TakeChange(deps, request, act);
        });
  }
  router.Handle("GET",
                "/api/v1/alerts/acks",
                net::Access::kRead,
                [deps](const net::HttpRequest& /*request*/) { return AnswerAcks(deps); });
}

}  // namespace sidewatch::alerts
