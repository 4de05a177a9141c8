#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "exporter/api/endpoints.h"
#include "exporter/api/envelope.h"
#include "exporter/api/params.h"
#include "exporter/base/duration.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/label_json.h"

namespace sidewatch::api {

namespace {

using net::HttpRequest;
using net::HttpResponse;
using scrape::TargetConfig;
using scrape::TargetStatus;

constexpr std::string_view kNever = "0001-01-01T00:00:00Z";

LabelSet StoredLabels(const TargetConfig& config) {
  LabelSetBuilder labels(config.labels);
  return labels.Set("job", config.job).Set("instance", config.instance).Build();
}

std::string_view PoolOf(const TargetConfig& config) {
  return config.pool.empty() ? config.job : config.pool;
}

/// What a target that is no HTTP endpoint has instead of a URL.
std::string UrlOf(const TargetConfig& config) {
  return config.url.empty() ? fmt::format("{}://{}", config.kind, config.instance) : config.url;
}

void WriteDiscovered(JsonWriter& json, const TargetConfig& config) {
  json.Key("discoveredLabels");
  if (!config.discovered.empty()) {
    WriteLabels(json, config.discovered);
    return;
  }
  json.BeginObject();
  json.Key("__address__").String(config.instance);
  json.Key("__scrape_interval__").String(FormatDuration(config.interval));
  json.Key("__scrape_timeout__").String(FormatDuration(config.timeout));
  json.Key("job").String(config.job).EndObject();
}

std::string_view HealthOf(const TargetStatus& status) {
  if (status.last == nullptr) {
    return "unknown";
  }
  return status.last->up() ? "up" : "down";
}

void WriteTarget(JsonWriter& json, const TargetStatus& status) {
  const TargetConfig& config = status.config;
  const scrape::Snapshot* last = status.last.get();
  json.BeginObject();
  WriteDiscovered(json, config);
  json.Key("labels");
  WriteLabels(json, StoredLabels(config));
  json.Key("scrapePool").String(PoolOf(config));
  json.Key("scrapeUrl").String(UrlOf(config)).Key("globalUrl").String(UrlOf(config));
  json.Key("lastError").String(last != nullptr && last->error ? last->error->message : "");
  json.Key("lastScrape");
  json.String(last == nullptr ? std::string(kNever) : FormatRfc3339Nano(last->at));
  json.Key("lastScrapeDuration").Number(last == nullptr ? 0 : last->seconds);
  json.Key("health").String(HealthOf(status));
  json.Key("scrapeInterval").String(FormatDuration(config.interval));
  json.Key("scrapeTimeout").String(FormatDuration(config.timeout)).EndObject();
}

/// One entry of the metadata of a metric.
struct Metadata {
  std::string_view type;
  std::string_view unit;
  std::string_view help;

  auto operator<=>(const Metadata&) const = default;
};

Metadata MetadataOf(const MetricFamily& family) {
  return {MetricTypeName(family.type), family.unit, family.help};
}

using MetadataByMetric = std::map<std::string_view, std::set<Metadata>>;

MetadataByMetric Gather(const std::vector<scrape::SnapshotPtr>& snapshots,
                        std::string_view only_metric) {
  MetadataByMetric all;
  for (const scrape::SnapshotPtr& snapshot : snapshots) {
    for (const MetricFamily& family : snapshot->families) {
      if (only_metric.empty() || family.name == only_metric) {
        all[family.name].insert(MetadataOf(family));
      }
    }
  }
  return all;
}

void WriteMetadata(JsonWriter& json,
                   const MetadataByMetric& all,
                   std::size_t limit,
                   std::size_t limit_per_metric) {
  std::size_t metrics = 0;
  json.BeginObject();
  for (const auto& [name, entries] : all) {
    if (limit != 0 && metrics++ >= limit) {
      break;
    }
    std::size_t written = 0;
    json.Key(name).BeginArray();
    for (const Metadata& entry : entries) {
      if (limit_per_metric != 0 && written++ >= limit_per_metric) {
        break;
      }
      json.BeginObject().Key("type").String(entry.type).Key("unit").String(entry.unit);
      json.Key("help").String(entry.help).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

bool MatchesAll(const std::vector<Matcher>& matchers, const LabelSet& labels) {
  return std::all_of(
      matchers.begin(), matchers.end(), [&](const Matcher& m) { return m.Matches(labels); });
}

/// Writes the metadata of one target; returns how many entries that were.
std::size_t WriteTargetMetadata(JsonWriter& json,
                                const TargetStatus& status,
                                std::string_view only_metric,
                                std::size_t room) {
  std::size_t written = 0;
  for (const MetricFamily& family : status.last->families) {
    if (written == room || (!only_metric.empty() && family.name != only_metric)) {
      continue;
    }
    json.BeginObject().Key("target");
    WriteLabels(json, StoredLabels(status.config));
    if (only_metric.empty()) {
      json.Key("metric").String(family.name);
    }
    json.Key("type").String(MetricTypeName(family.type)).Key("help").String(family.help);
    json.Key("unit").String(family.unit).EndObject();
    ++written;
  }
  return written;
}

}  // namespace

Result<HttpResponse> ListTargets(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  const std::string_view pool = params.Get("scrapePool");
  const std::string_view state = params.Get("state");
  std::vector<TargetStatus> statuses = deps.targets.statuses();
  std::erase_if(statuses, [&](const TargetStatus& status) {
    return (!pool.empty() && PoolOf(status.config) != pool) || state == "dropped";
  });
  return DataResponse([&](JsonWriter& json) {
    json.BeginObject().Key("activeTargets").BeginArray();
    for (const TargetStatus& status : statuses) {
      WriteTarget(json, status);
    }
    json.EndArray().Key("droppedTargets").BeginArray().EndArray();
    json.Key("droppedTargetCounts");
    if (state == "active") {  // Not asked for, so not an empty object.
      json.Null();
    } else {
      json.BeginObject().EndObject();
    }
    json.EndObject();
  });
}

Result<HttpResponse> ListTargetMetadata(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  SW_TRY_ASSIGN(const std::size_t limit, params.Number("limit"));
  std::vector<Matcher> matchers;
  if (!params.Get("match_target").empty()) {
    Result<std::vector<Matcher>> parsed = promql::ParseSelector(params.Get("match_target"));
    if (!parsed.has_value()) {
      return FailWith("invalid parameter \"match_target\"", parsed.error());
    }
    matchers = std::move(*parsed);
  }
  const std::vector<TargetStatus> statuses = deps.targets.statuses();
  return DataResponse([&](JsonWriter& json) {
    std::size_t room = limit == 0 ? std::string::npos : limit;
    json.BeginArray();
    for (const TargetStatus& status : statuses) {
      if (status.last != nullptr && MatchesAll(matchers, StoredLabels(status.config))) {
        room -= WriteTargetMetadata(json, status, params.Get("metric"), room);
      }
    }
    json.EndArray();
  });
}

Result<HttpResponse> ListScrapePools(const ApiDeps& deps, const HttpRequest& /*request*/) {
  std::set<std::string> pools;
  for (const TargetStatus& status : deps.targets.statuses()) {
    pools.emplace(PoolOf(status.config));
  }
  return DataResponse([&pools](JsonWriter& json) {
    json.BeginObject().Key("scrapePools").BeginArray();
    for (const std::string& pool : pools) {
      json.String(pool);
    }
    json.EndArray().EndObject();
  });
}

Result<HttpResponse> ListMetadata(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  SW_TRY_ASSIGN(const std::size_t limit, params.Number("limit"));
  SW_TRY_ASSIGN(const std::size_t limit_per_metric, params.Number("limit_per_metric"));
  const std::vector<scrape::SnapshotPtr> snapshots = deps.targets.snapshots();
  const MetadataByMetric all = Gather(snapshots, params.Get("metric"));
  return DataResponse([&](JsonWriter& json) { WriteMetadata(json, all, limit, limit_per_metric); });
}

}  // namespace sidewatch::api
