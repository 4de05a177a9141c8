#include "exporter/api/health.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "exporter/api/health_checks.h"
#include "exporter/api/health_numbers.h"
#include "exporter/base/json_writer.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using scrape::TargetStatus;

enum class Detail { kBrief, kFull };

void WriteHead(JsonWriter& json, const HealthDeps& deps, Health status) {
  json.Key("status").String(HealthName(status));
  json.Key("timestamp").String(FormatRfc3339(deps.clock.Now()));
  json.Key("version").String(deps.version);
}

HttpResponse Answer(Health status, std::string body) {
  HttpResponse response =
      net::JsonResponse(status == Health::kUnhealthy ? 503 : 200, std::move(body));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// One word about the program itself: alive, ready, started.
HttpResponse Say(const HealthDeps& deps, bool good, std::string_view message) {
  std::string body;
  JsonWriter json(body);
  const Health status = good ? Health::kHealthy : Health::kUnhealthy;
  json.BeginObject();
  WriteHead(json, deps, status);
  json.Key("message").String(message).EndObject();
  return Answer(status, std::move(body));
}

void WriteTime(JsonWriter& json, std::string_view key, const std::optional<TimePoint>& at) {
  if (at) {
    json.Key(key).String(FormatRfc3339(*at));
  }
}

void WriteChecks(JsonWriter& json, const std::vector<CheckResult>& checks) {
  json.Key("checks").BeginObject();
  for (const CheckResult& check : checks) {
    json.Key(check.name).BeginObject();
    json.Key("status").String(HealthName(check.status));
    json.Key("message").String(check.message);
    WriteTime(json, "since", check.since);
    WriteTime(json, "last_run", check.last_run);
    json.EndObject();
  }
  json.EndObject();
}

std::size_t CountUp(const std::vector<TargetStatus>& targets) {
  return static_cast<std::size_t>(std::ranges::count_if(targets, [](const TargetStatus& target) {
    return target.last != nullptr && target.last->up();
  }));
}

void WriteMetrics(JsonWriter& json, const HealthDeps& deps, const HealthView& view) {
  const auto count = [&json](std::string_view name, std::size_t value) {
    json.Key(name).Integer(static_cast<std::int64_t>(value));
  };
  json.Key("metrics").BeginObject();
  json.Key("uptime_seconds")
      .Number(ToUnixSeconds(deps.clock.Now()) - ToUnixSeconds(deps.started_at));
  count("targets", view.targets.size());
  count("targets_up", CountUp(view.targets));
  count("alerts_firing", view.rules.firing.size());
  count("alerts_pending", view.rules.pending);
  if (const auto disk = FullestDisk(view.targets)) {
    json.Key("disk_free_percent").Number(disk->free_percent);
  }
  if (const auto memory = MemoryAvailablePercent(view.targets)) {
    json.Key("memory_available_percent").Number(*memory);
  }
  for (const auto& [name, value] : deps.numbers()) {
    json.Key(name).Number(value);
  }
  json.EndObject();
}

std::string_view StateOf(const TargetStatus& target) {
  if (target.last == nullptr) {
    return "unknown";
  }
  return target.last->up() ? "up" : "down";
}

void WriteTargets(JsonWriter& json, const std::vector<TargetStatus>& targets) {
  json.Key("targets").BeginArray();
  for (const TargetStatus& target : targets) {
    json.BeginObject();
    json.Key("kind").String(target.config.kind).Key("name").String(target.config.name);
    json.Key("instance").String(target.config.instance).Key("state").String(StateOf(target));
    if (target.last != nullptr) {
      WriteTime(json, "since", target.last->since);
      WriteTime(json, "last_run", target.last->at);
      json.Key("seconds").Number(target.last->seconds);
      if (target.last->error) {
        json.Key("error").String(target.last->error->message);
      }
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteAlerts(JsonWriter& json, const std::vector<HealthAlert>& alerts) {
  json.Key("alerts").BeginArray();
  for (const HealthAlert& alert : alerts) {
    json.BeginObject();
    json.Key("name").String(alert.name).Key("severity").String(alert.severity);
    json.Key("summary").String(alert.summary).Key("since").String(FormatRfc3339(alert.since));
    json.EndObject();
  }
  json.EndArray();
}

HttpResponse Report(const HealthDeps& deps, Detail detail) {
  const HealthView view{
      .targets = deps.targets(), .rules = deps.rules(), .storage_error = deps.storage_error()};
  const std::vector<CheckResult> checks = RunChecks(view);
  const Health status = Overall(checks);
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteHead(json, deps, status);
  WriteChecks(json, checks);
  WriteMetrics(json, deps, view);
  if (detail == Detail::kFull) {
    WriteTargets(json, view.targets);
    WriteAlerts(json, view.rules.firing);
  }
  json.EndObject();
  return Answer(status, std::move(body));
}

HttpResponse Brief(const HealthDeps& deps) {
  return Report(deps, Detail::kBrief);
}

HttpResponse Detailed(const HealthDeps& deps) {
  return Report(deps, Detail::kFull);
}

HttpResponse Live(const HealthDeps& deps) {
  return Say(deps, true, "the process is alive");
}

HttpResponse Ready(const HealthDeps& deps) {
  const bool ready = deps.ready();
  return Say(deps, ready, ready ? "requests are answered" : "the program is starting");
}

HttpResponse Startup(const HealthDeps& deps) {
  std::vector<std::string> waiting;
  for (const TargetStatus& target : deps.targets()) {
    if (target.last == nullptr) {
      waiting.push_back(target.config.kind + "/" + target.config.name);
    }
  }
  return Say(deps,
             waiting.empty(),
             waiting.empty() ? std::string("every target was tried")
                             : fmt::format("not tried yet: {}", fmt::join(waiting, ", ")));
}

struct Page {
  std::string_view path;
  HttpResponse (*answer)(const HealthDeps& deps);
};

constexpr Page kPages[] = {
    {"/health", &Brief},
    {"/health/detailed", &Detailed},
    {"/health/live", &Live},
    {"/health/ready", &Ready},
    {"/health/startup", &Startup},
};

}  // namespace

void RegisterHealth(net::Router& router, HealthDeps deps) {
  const auto shared = std::make_shared<const HealthDeps>(std::move(deps));
  for (const Page& page : kPages) {
    router.Handle(
        "GET",
        page.path,
        net::Access::kRead,
        [shared, answer = page.answer](const HttpRequest& /*request*/) { return answer(*shared); });
  }
}

}  // namespace sidewatch::api
