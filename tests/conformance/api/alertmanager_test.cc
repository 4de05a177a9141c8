// Replays the captured exchanges with Alertmanager over the same alerts. Statuses, keys, their
// order and types and all error texts must be equal; times, ids and the host's facts may differ.

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <prometheus/registry.h>
#include <re2/re2.h>

#include "alerts/api/alertmanager_api.h"
#include "alerts/receivers/builtin.h"
#include "exporter/base/rfc3339.h"
#include "exporter/config/diagnostics.h"
#include "exporter/state/database.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFile[] = "../shared/conformance/api/captured.json";
constexpr char kConfig[] =
    "route: {receiver: h, group_by: [alertname], routes: [{receiver: ops, continue: true,\n"
    "        matchers: ['severity=\"critical\"']}]}\n"
    "inhibit_rules: [{source_matchers: ['severity=\"critical\"'],\n"
    "                 target_matchers: ['severity=\"warning\"'], equal: [instance]}]\n"
    "receivers: [{name: h}, {name: ops}]\n";

/// Forgets everything: what is kept over restarts is not what is shown here.
class NoStore final : public ValueStore {
 public:
  Result<Values> LoadAll() override { return Values(); }

  Status SaveAll(const Values& /*values*/) override { return {}; }

  Status Delete(std::string_view /*id*/) override { return {}; }
};

class Server {
 public:
  Server() {
    config::Diagnostics diagnostics;
    auto config = ReadNotificationConfig(
        *config::ParseYaml(kConfig, "am.yml", config::ExpandEnv::kNo, diagnostics),
        {.receivers = BuiltinReceivers(), .receiver_deps = {.clock = &clock_}},
        diagnostics);
    EXPECT_TRUE(diagnostics.ok());
    silences_.emplace(SilencesDeps{.clock = clock_, .log = {}, .store = store_});
    notifier_.emplace(std::move(config),
                      NotifierDeps{.clock = clock_,
                                   .log = {},
                                   .database = *database_,
                                   .registry = registry_,
                                   .muters = {&*silences_}});
    RegisterAlertmanagerApi(
        router_,
        {.clock = clock_,
         .notifier = *notifier_,
         .silences = *silences_,
         .put = [this](std::span<const Alert> a) { notifier_->Put(a, Notifier::Origin::kApi); },
         .config_yaml = [] { return std::string(kConfig); },
         .started_at = clock_.Now(),
         .version = "",
         .revision = ""});
  }

  /// What Prometheus had sent before the capture began.
  void Send(const Json& alert) {
    LabelSetBuilder labels;
    for (const auto& [name, value] : alert["labels"].items()) {
      labels.Set(name, value.get<std::string>());
    }
    Alert sent;
    sent.labels = labels.Build();
    sent.annotations = LabelSet({{"summary", "x"}});
    sent.starts_at = *ParseRfc3339(alert["startsAt"].get<std::string>());
    sent.ends_at = *ParseRfc3339(alert["endsAt"].get<std::string>());
    sent.updated_at = sent.starts_at;
    sent.generator_url = "http://p/";
    notifier_->Put({&sent, 1}, Notifier::Origin::kApi);
  }

  net::HttpResponse Ask(const Json& exchange) {
    clock_.Advance(std::chrono::milliseconds(10));
    net::HttpRequest request;
    request.method = exchange["method"];
    request.path = Known(exchange["path"]);
    const Json params = exchange.value("params", Json::object());
    for (const auto& [name, value] : params.items()) {
      request.query += fmt::format("{}={}&", name, net::EncodeUrl(value.get<std::string>()));
    }
    if (exchange.contains("body")) {
      request.body = Known(exchange["body"].dump());
    }
    const net::Router::Found found = router_.Find(request);
    return found.handler == nullptr ? found.error : (*found.handler)(request);
  }

  /// From now on the captured id stands for ours.
  void Learn(const std::string& captured, const std::string& ours) { ids_[captured] = ours; }

 private:
  std::string Known(std::string text) const {
    for (const auto& [captured, ours] : ids_) {
      const std::size_t at = text.find(captured);
      if (at != std::string::npos) {
        text.replace(at, captured.size(), ours);
      }
    }
    return text;
  }

  testkit::ManualClock clock_{*ParseRfc3339("2026-11-21T08:45:37.000Z")};
  prometheus::Registry registry_;
  std::unique_ptr<state::Database> database_ = *state::Database::OpenInMemory();
  NoStore store_;
  std::optional<Silences> silences_;
  std::optional<Notifier> notifier_;
  net::Router router_;
  std::map<std::string, std::string> ids_;
};

/// Takes out what varies from run to run.
std::string Steady(const Json& json) {
  static const re2::RE2 kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
  static const re2::RE2 kUuid(R"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})");
  static const re2::RE2 kText(R"re("(generatorURL|summary|goVersion|original)":"([^"\\]|\\.)*")re");
  std::string text = json.dump();
  re2::RE2::GlobalReplace(&text, kTime, "TIME");
  re2::RE2::GlobalReplace(&text, kUuid, "UUID");
  re2::RE2::GlobalReplace(&text, kText, R"("\1":"")");
  return text;
}

Json AnswerOf(const net::HttpResponse& response) {
  return response.body.empty() ? Json("") : Json::parse(response.body, nullptr, false);
}

TEST(CapturedAlertmanagerTest, AnswersAsAlertmanagerDid) {
  std::ifstream file(kFile);
  ASSERT_TRUE(file) << kFile << " is missing: conformance cannot be shown without it";
  const Json all = Json::parse(file)["exchanges"];
  Server server;
  const auto alerts = std::ranges::find_if(all, [](const Json& e) {
    return e["server"] == "alertmanager" && e["path"] == "/api/v2/alerts" && e["method"] == "GET";
  });
  ASSERT_NE(alerts, all.end());
  server.Send((*alerts)["answer"][0]);
  int ran = 0;
  for (const Json& exchange : all) {
    const std::string path = exchange["path"];
    if (exchange["server"] != "alertmanager" || !path.starts_with("/api/v2/")) {
      continue;  // Health and the old API are Prometheus' here.
    }
    ++ran;
    const std::string what = fmt::format("{} {} {} {}",
                                         exchange["method"].get<std::string>(),
                                         path,
                                         exchange.value("params", Json()).dump(),
                                         exchange.value("body", Json()).dump());
    const net::HttpResponse response = server.Ask(exchange);
    const Json got = AnswerOf(response);
    EXPECT_EQ(response.status, exchange["status"].get<int>()) << what << '\n' << response.body;
    const Json type = exchange["content_type"];
    EXPECT_EQ(response.content_type, type.is_null() ? "" : type.get<std::string>()) << what;
    EXPECT_EQ(Steady(got), Steady(exchange["answer"])) << what;
    if (exchange["answer"].contains("silenceID") && got.contains("silenceID")) {
      server.Learn(exchange["answer"]["silenceID"], got["silenceID"]);
    }
  }
  std::cout << "alertmanager api: ran " << ran << '\n';
  EXPECT_GT(ran, 30);
}

}  // namespace
}  // namespace sidewatch::alerts
