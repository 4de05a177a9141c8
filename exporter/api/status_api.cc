#include <array>
#include <thread>
#include <utility>

#include <unistd.h>

#include "exporter/api/endpoints.h"
#include "exporter/api/envelope.h"
#include "exporter/base/rfc3339.h"
#include "exporter/promql/function.h"

namespace sidewatch::api {

namespace {

using net::HttpRequest;
using net::HttpResponse;

std::string WorkingFolder() {
  std::array<char, 4096> path{};
  return getcwd(path.data(), path.size()) == nullptr ? std::string() : std::string(path.data());
}

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

struct Feature {
  std::string_view category;
  std::string_view name;
  bool on;
};

// Sorted by category. The functions follow from their own table.
constexpr Feature kFeatures[] = {
    {"api", "exclude_alerts", true},
    {"api", "label_values_match", true},
    {"api", "lifecycle", true},
    {"api", "query_stats", true},
    {"api", "query_warnings", true},
    {"api", "time_range_labels", true},
    {"api", "time_range_series", true},
    {"promql", "at_modifier", true},
    {"promql", "bool", true},
    {"promql", "by", true},
    {"promql", "group_left", true},
    {"promql", "group_right", true},
    {"promql", "ignoring", true},
    {"promql", "negative_offset", true},
    {"promql", "offset", true},
    {"promql", "on", true},
    {"promql", "per_query_lookback_delta", true},
    {"promql", "subqueries", true},
    {"promql", "without", true},
};

void WriteFeatures(JsonWriter& json, const promql::ParserOptions& parser) {
  std::string_view open;
  json.BeginObject();
  for (const Feature& feature : kFeatures) {
    if (feature.category != open) {
      if (!open.empty()) {
        json.EndObject();
      }
      open = feature.category;
      json.Key(open).BeginObject();
    }
    json.Key(feature.name).Boolean(feature.on);
  }
  json.EndObject().Key("promql_functions").BeginObject();
  for (const promql::Function& function : promql::Functions()) {
    const bool evaluated = !std::holds_alternative<std::monostate>(function.eval);
    const bool allowed = !function.experimental || parser.experimental_functions;
    json.Key(function.name).Boolean(evaluated && allowed);
  }
  json.EndObject().EndObject();
}

}  // namespace

Result<HttpResponse> ShowBuildInfo(const ApiDeps& deps, const HttpRequest& /*request*/) {
  const BuildInfo& build = deps.build;
  return DataResponse([&build](JsonWriter& json) {
    json.BeginObject().Key("version").String(build.version);
    json.Key("revision").String(build.revision).Key("branch").String(build.branch);
    json.Key("buildUser").String(build.build_user).Key("buildDate").String(build.build_date);
    json.Key("goVersion").String("").EndObject();
  });
}

Result<HttpResponse> ShowConfig(const ApiDeps& deps, const HttpRequest& /*request*/) {
  return DataResponse([&deps](JsonWriter& json) {
    json.BeginObject().Key("yaml").String(deps.config_yaml()).EndObject();
  });
}

Result<HttpResponse> ShowFlags(const ApiDeps& deps, const HttpRequest& /*request*/) {
  return DataResponse([&deps](JsonWriter& json) {
    json.BeginObject();
    for (const auto& [name, value] : deps.flags()) {
      json.Key(name).String(value);
    }
    json.EndObject();
  });
}

Result<HttpResponse> ShowRuntimeInfo(const ApiDeps& deps, const HttpRequest& /*request*/) {
  const ReloadState reload = deps.reload_state();
  return DataResponse([&](JsonWriter& json) {
    json.BeginObject().Key("startTime").String(FormatRfc3339Nano(deps.started_at));
    json.Key("CWD").String(WorkingFolder()).Key("hostname").String(HostName());
    json.Key("serverTime").String(FormatRfc3339Nano(deps.clock.Now()));
    json.Key("reloadConfigSuccess").Boolean(reload.successful);
    json.Key("lastConfigTime").String(FormatRfc3339Nano(reload.at));
    json.Key("corruptionCount").Integer(0).Key("goroutineCount").Integer(0);
    json.Key("GOMAXPROCS").Integer(std::thread::hardware_concurrency());
    json.Key("GOMEMLIMIT").Integer(0).Key("GOGC").String("").Key("GODEBUG").String("");
    json.Key("storageRetention").String(deps.retention).EndObject();
  });
}

Result<HttpResponse> ShowWalReplay(const ApiDeps& /*deps*/, const HttpRequest& /*request*/) {
  return DataResponse([](JsonWriter& json) {
    json.BeginObject().Key("min").Integer(0).Key("max").Integer(0).Key("current").Integer(0);
    json.EndObject();
  });
}

Result<HttpResponse> ShowFeatures(const ApiDeps& deps, const HttpRequest& /*request*/) {
  return DataResponse([&deps](JsonWriter& json) { WriteFeatures(json, deps.engine.parser); });
}

Result<HttpResponse> ShowAlertmanagers(const ApiDeps& deps, const HttpRequest& /*request*/) {
  return DataResponse([&deps](JsonWriter& json) {
    json.BeginObject().Key("activeAlertmanagers").BeginArray();
    for (const std::string& url : deps.alertmanagers()) {
      json.BeginObject().Key("url").String(url).EndObject();
    }
    json.EndArray().Key("droppedAlertmanagers").BeginArray().EndArray().EndObject();
  });
}

}  // namespace sidewatch::api
