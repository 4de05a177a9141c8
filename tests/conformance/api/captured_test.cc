// Replays the captured exchanges with Prometheus over a store that holds the same samples. Queries
// and errors must be equal to the last byte of JSON; elsewhere keys, their order and types must be.

#include <bit>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alerts/api/rules_api.h"
#include "alerts/template/format.h"
#include "alerts/template/value.h"
#include "exporter/api/api.h"
#include "exporter/base/json_writer.h"
#include "exporter/net/router.h"
#include "tests/testkit/fixed_store.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kCaptured = 1'795'250'735'341;
constexpr char kFile[] = "../shared/conformance/api/captured.json";

// Their answers are the same whatever Prometheus watched.
const std::set<std::string> kExact = {"/api/v1/query",
                                      "/api/v1/query_range",
                                      "/api/v1/query_exemplars",
                                      "/api/v1/format_query",
                                      "/api/v1/parse_query",
                                      "/api/v1/status/walreplay",
                                      "/api/v1/nosuch",
                                      "/-/healthy",
                                      "/-/ready",
                                      "/-/reload"};
// Objects whose keys are data.
const std::set<std::string> kMaps = {
    "metric", "labels", "annotations", "discoveredLabels", "target", "droppedTargetCounts"};
const std::set<std::string> kMapPaths = {
    "/api/v1/metadata", "/api/v1/series", "/api/v1/status/flags", "/api/v1/features"};

std::vector<Sample> EverySecond(std::int64_t first, double value) {
  std::vector<Sample> samples;
  for (std::int64_t at = first; at < kCaptured; at += 1000) {
    samples.push_back({FromUnixMillis(at), value});
  }
  return samples;
}

void Fill(testkit::FixedStore& store) {
  const std::int64_t start = 1'795'250'725'000;
  store.Add({{"__name__", "up"}, {"instance", "127.0.0.1:1"}, {"job", "down"}},
            EverySecond(start + 86, 0));
  const LabelSet live = {{"env", "test"}, {"instance", "127.0.0.1:38080"}, {"job", "t"}};
  const auto add = [&](std::string_view name, double value, std::string_view job_name) {
    LabelSetBuilder labels(live);
    labels.Set("__name__", name).Set("job_name", job_name);
    labels.Set("kind", job_name.empty() ? "" : "k0").Set("shard", job_name.empty() ? "" : "0");
    std::vector<Sample> samples = EverySecond(start + 338, value);
    samples.pop_back();
    store.Add(labels.Build(), samples);
  };
  add("up", 1, "");
  add("trigger_metric", 1, "");
  add("load_metric", 214, "j0");
  add("load_metric", 1270, "j1");
  add("load_metric", 1146, "j2");
}

std::vector<scrape::TargetStatus> Statuses() {
  scrape::Snapshot live;
  live.at = FromUnixMillis(kCaptured);
  live.families.push_back({"load_metric", MetricType::kCounter, "", "", {}});
  live.families.push_back({"trigger_metric", MetricType::kGauge, "", "", {}});
  scrape::Snapshot down;
  down.at = FromUnixMillis(kCaptured);
  down.error = Error{ErrorCode::kUnavailable, "connection refused"};
  scrape::TargetConfig t;
  t.job = "t";
  t.instance = "a:1";
  scrape::TargetConfig d;
  d.job = "down";
  d.instance = "b:1";
  return {{t, std::make_shared<const scrape::Snapshot>(live)},
          {d, std::make_shared<const scrape::Snapshot>(down)}};
}

alerts::rules::AlertState StateOf(const Json& name) {
  using alerts::rules::AlertState;
  for (const AlertState state :
       {AlertState::kInactive, AlertState::kPending, AlertState::kFiring}) {
    if (alerts::rules::AlertStateName(state) == name.get<std::string>()) {
      return state;
    }
  }
  ADD_FAILURE() << "no state of an alert: " << name;
  return AlertState::kInactive;
}

LabelSet LabelsOf(const Json& map) {
  LabelSetBuilder labels;
  for (const auto& [name, value] : map.items()) {
    labels.Set(name, value.get<std::string>());
  }
  return labels.Build();
}

alerts::rules::RuleView RuleOf(const Json& json) {
  using alerts::rules::RuleHealth;
  alerts::rules::RuleView rule;
  const bool alerting = json["type"] == "alerting";
  rule.config.kind =
      alerting ? alerts::rules::RuleKind::kAlerting : alerts::rules::RuleKind::kRecording;
  rule.config.name = json["name"];
  rule.config.query.text = json["query"];
  rule.config.query.expr = promql::Parse(rule.config.query.text, {}).value();
  for (const auto& [name, value] : json.value("labels", Json::object()).items()) {
    rule.config.labels.emplace_back(name, value.get<std::string>());
  }
  for (const auto& [name, value] : json.value("annotations", Json::object()).items()) {
    rule.config.annotations.emplace_back(name, value.get<std::string>());
  }
  rule.health = json["health"] == "ok" ? RuleHealth::kOk : RuleHealth::kError;
  rule.last_error = json.value("lastError", "");
  rule.last_evaluation = FromUnixMillis(kCaptured);
  rule.state = alerting ? StateOf(json["state"]) : alerts::rules::AlertState::kInactive;
  for (const Json& alert : json.value("alerts", Json::array())) {
    rule.alerts.push_back({.state = StateOf(alert["state"]),
                           .labels = LabelsOf(alert["labels"]),
                           .annotations = LabelsOf(alert["annotations"]),
                           .value = std::stod(alert["value"].get<std::string>()),
                           .active_at = FromUnixMillis(kCaptured)});
  }
  return rule;
}

using Groups = std::vector<std::shared_ptr<const alerts::rules::GroupView>>;

/// The groups that the capture without parameters shows.
Groups CapturedGroups() {
  std::ifstream file(kFile);
  Groups groups;
  for (const Json& exchange : Json::parse(file)["exchanges"]) {
    if (exchange["path"] != "/api/v1/rules" || exchange.contains("params")) {
      continue;
    }
    for (const Json& json : exchange["answer"]["data"]["groups"]) {
      auto group = std::make_shared<alerts::rules::GroupView>();
      group->config.name = json["name"];
      group->config.file = json["file"];
      group->config.limit = json.value("limit", 0);
      group->interval = std::chrono::seconds(json["interval"].get<int>());
      group->last_evaluation = FromUnixMillis(kCaptured);
      for (const Json& rule : json["rules"]) {
        group->rules.push_back(RuleOf(rule));
      }
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

/// The API over the captured samples.
class Server {
 public:
  Server() {
    Fill(store_);
    ApiDeps deps{.clock = clock_,
                 .storage = store_,
                 .targets = {[] {
                               std::vector<scrape::SnapshotPtr> all;
                               for (const auto& status : Statuses()) {
                                 all.push_back(status.last);
                               }
                               return all;
                             },
                             [] { return Statuses(); },
                             {}}};
    deps.flags = [] {
      return std::map<std::string, std::string>{{"config.file", "p.yml"}};
    };
    deps.alertmanagers = [] {
      return std::vector<std::string>{"http://127.0.0.1:1/api/v2/alerts"};
    };
    deps.reload = [] {
      return Status();
    };
    deps.engine.parser.experimental_functions = true;
    deps.engine.parser.duration_expressions = true;
    RegisterApi(router_, std::move(deps));
    alerts::RegisterRulesApi(router_, [groups = CapturedGroups()] { return groups; });
  }

  net::HttpResponse Ask(const Json& exchange) const {
    net::HttpRequest request;
    request.method = exchange["method"];
    request.path = exchange["path"];
    const std::string form = Form(exchange.value("params", Json::object()));
    if (request.method == "POST") {
      request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
      request.body = form;
    } else {
      request.query = form;
    }
    const net::Router::Found found = router_.Find(request);
    if (found.handler == nullptr) {
      return found.error;
    }
    net::HttpResponse response = (*found.handler)(request);
    if (response.stream) {
      response.stream([&response](std::string_view piece) {
        response.body.append(piece);
        return true;
      });
    }
    return response;
  }

 private:
  static std::string Form(const Json& params) {
    std::string form;
    for (const auto& [name, value] : params.items()) {
      for (const Json& one : value.is_array() ? value : Json::array({value})) {
        const std::string text = one.is_string() ? one.get<std::string>() : one.dump();
        form += fmt::format("{}={}&", net::EncodeUrl(name), net::EncodeUrl(text));
      }
    }
    return form;
  }

  testkit::ManualClock clock_{FromUnixMillis(kCaptured)};
  testkit::FixedStore store_;
  net::Router router_;
};

/// Where two values differ in keys, their order or types; empty if nowhere.
std::string ShapeDifference(const Json& want, const Json& got, const std::string& where, bool map) {
  if (want.is_number() && got.is_number()) {
    return "";
  }
  if (want.type() != got.type()) {
    return fmt::format("{}: {} instead of {}", where, got.type_name(), want.type_name());
  }
  if (want.is_array()) {
    // A list of series is a list of maps.
    const bool maps = map && where == "data";
    return want.empty() || got.empty() ? "" : ShapeDifference(want[0], got[0], where + "[0]", maps);
  }
  if (!want.is_object() || want.empty() || got.empty()) {
    return want.is_object() && !map && want.size() != got.size() ? where + ": keys are missing"
                                                                 : "";
  }
  if (map) {
    return ShapeDifference(*want.begin(), *got.begin(), where + ".*", true);
  }
  auto have = got.begin();
  for (const auto& [key, value] : want.items()) {
    if (have == got.end() || have.key() != key) {
      return fmt::format("{}: no \"{}\" at its place", where, key);
    }
    const std::string inner =
        ShapeDifference(value, have.value(), where + "." + key, kMaps.contains(key));
    if (!inner.empty()) {
      return inner;
    }
    ++have;
  }
  return have == got.end() ? "" : fmt::format("{}: \"{}\" is too much", where, have.key());
}

std::string Difference(const Json& exchange, const net::HttpResponse& response) {
  const int status = exchange["status"];
  if (response.status != status) {
    return fmt::format("status {} instead of {}: {}", response.status, status, response.body);
  }
  const Json type = exchange["content_type"];
  if (type.is_string() && type.get<std::string>() != response.content_type) {
    return "content type " + response.content_type;
  }
  Json want = exchange["answer"];
  const Json got = response.content_type == "application/json"
                       ? Json::parse(response.body, nullptr, false)
                       : Json(response.body);
  const std::string path = exchange["path"];
  if (status != 200 || kExact.contains(path)) {
    // How long it took is nobody's to repeat.
    const Json::json_pointer timings("/data/stats/timings");
    if (want.contains(timings) && got.contains(timings) &&
        ShapeDifference(want[timings], got[timings], "timings", false).empty()) {
      want[timings] = got[timings];
    }
    return want == got ? "" : fmt::format("got  {}\nwant {}", got.dump(), want.dump());
  }
  if (kMapPaths.contains(path)) {
    return ShapeDifference(want["data"], got["data"], "data", true);
  }
  return ShapeDifference(want, got, "", false);
}

TEST(CapturedApiTest, AnswersAsPrometheusDid) {
  std::ifstream file(kFile);
  ASSERT_TRUE(file) << kFile << " is missing: conformance cannot be shown without it";
  const Json all = Json::parse(file)["exchanges"];
  const Server server;
  int ran = 0;
  int skipped = 0;
  for (const Json& exchange : all) {
    if (exchange["server"] != "prometheus") {
      ++skipped;
      continue;
    }
    // Pages of groups are not cut: `group_limit` is not read.
    if (exchange.value("params", Json::object()).contains("group_limit")) {
      std::cout << "api: skipped " << exchange["path"] << " with group_limit: not offered\n";
      ++skipped;
      continue;
    }
    ++ran;
    EXPECT_EQ(Difference(exchange, server.Ask(exchange)), "")
        << exchange["method"] << ' ' << exchange["path"] << ' '
        << exchange.value("params", Json::object());
  }
  std::cout << "api: ran " << ran << ", skipped " << skipped
            << ", but for those named here of Alertmanager: alertmanager_test.cc replays them\n";
  EXPECT_GT(ran, 90);
}

/// A column of the file, and who writes it.
struct Column {
  std::string name;
  std::string (*write)(double value);
};

std::string SampleValue(double value) {
  std::string out;
  JsonWriter(out).Sample("0", value);
  return out.substr(4, out.size() - 6);  // Of [0,"value"].
}

std::string CountedLabel(double value) {
  testkit::FixedStore store;
  store.Add({{"__name__", "n"}}, {{FromUnixMillis(0), value}});
  const testkit::ManualClock clock;
  const promql::Engine engine({}, clock);
  const auto query = engine.Prepare("count_values(\"v\", n)");
  const auto got = engine.Instant(store, *query, FromUnixMillis(0));
  return std::string(std::get<promql::VectorValue>(got->value).at(0).labels.Get("v"));
}

std::string AlertValue(double value) {
  auto group = std::make_shared<alerts::rules::GroupView>();
  alerts::rules::ActiveAlert alert;
  alert.value = value;
  alerts::rules::RuleView rule;
  rule.config.name = "A";
  rule.alerts.push_back(std::move(alert));
  group->rules.push_back(std::move(rule));
  net::Router router;
  alerts::RegisterRulesApi(
      router, [&] { return std::vector{std::shared_ptr<const alerts::rules::GroupView>(group)}; });
  net::HttpRequest request;
  request.method = "GET";
  request.path = "/api/v1/alerts";
  const net::HttpResponse response = (*router.Find(request).handler)(request);
  return Json::parse(response.body)["data"]["alerts"][0]["value"];
}

std::string Printed(double value) {
  const alerts::templates::Value values[] = {alerts::templates::Value::Float(value)};
  return alerts::templates::Sprint(values, 1000).value();
}

std::string FourDigits(double value) {
  return alerts::templates::FormatFloat(value, 'g', 4);
}

class NumberFormatTest : public testing::TestWithParam<Column> {};

TEST_P(NumberFormatTest, IsPrometheus) {
  const std::string path = "../shared/conformance/api/float_format_cases.json";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing: conformance cannot be shown without it";
  const Json cases = Json::parse(file)["cases"];
  ASSERT_GT(cases.size(), 20U);
  for (const Json& one : cases) {
    const auto bits = std::stoull(one["bits"].get<std::string>(), nullptr, 16);
    const double value = std::bit_cast<double>(static_cast<std::uint64_t>(bits));
    EXPECT_EQ(GetParam().write(value), one[GetParam().name].get<std::string>());
  }
}

INSTANTIATE_TEST_SUITE_P(Columns,
                         NumberFormatTest,
                         testing::Values(Column{"api", &SampleValue},
                                         Column{"count_values", &CountedLabel},
                                         Column{"alert_value", &AlertValue},
                                         Column{"template", &Printed},
                                         Column{"g4", &FourDigits}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::api
