#include <algorithm>
#include <optional>
#include <string>

#include "collectors/redis/parts.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kLabels[] = {"db"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("redis_db_keys", kLabels, "INFO keyspace keys", "Keys in the database."),
    Gauge("redis_db_keys_expiring",
          kLabels,
          "INFO keyspace expires",
          "Keys in the database that will expire."),
    Gauge("redis_db_avg_ttl_seconds",
          kLabels,
          "INFO keyspace avg_ttl",
          "Mean time to live of the keys that will expire."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// True for `db0`, `db15`.
bool IsDatabase(std::string_view field) {
  constexpr std::string_view kPrefix = "db";
  return field.starts_with(kPrefix) && field.size() > kPrefix.size() &&
         std::all_of(field.begin() + kPrefix.size(), field.end(), [](char c) {
           return c >= '0' && c <= '9';
         });
}

void AddPair(const MetricDescriptor& metric,
             std::string_view database,
             std::optional<double> value,
             scrape::SampleSink& sink) {
  if (value) {
    sink.Add(metric, {database}, *value);
  }
}

void Read(const ReadContext& context, scrape::SampleSink& sink) {
  constexpr double kMillisPerSecond = 1000;
  for (const auto& [field, pairs] : context.info.fields()) {
    if (!IsDatabase(field)) {
      continue;
    }
    AddPair(kMetrics[0], field, PairNumber(pairs, "keys"), sink);
    AddPair(kMetrics[1], field, PairNumber(pairs, "expires"), sink);
    const std::optional<double> ttl = PairNumber(pairs, "avg_ttl");
    if (ttl) {
      sink.Add(kMetrics[2], {field}, *ttl / kMillisPerSecond);
    }
  }
}

constexpr std::string_view kWords[] = {"CONFIG", "GET", "databases"};

/// INFO leaves empty databases out: those have no keys, which is known and not absent.
void ReadEmpty(const redisReply& reply, const ReadContext& context, scrape::SampleSink& sink) {
  constexpr std::int64_t kMostDatabases = 1024;
  const auto items = ReplyItems(reply);
  if (items.size() != 2) {
    return;
  }
  const std::int64_t count = ParseInteger(ReplyText(*items[1])).value_or(0);
  const bool cluster = context.info.Text("cluster_enabled") == "1";
  for (std::int64_t n = 0; n < std::min(cluster ? 1 : count, kMostDatabases); ++n) {
    const std::string database = "db" + std::to_string(n);
    if (!context.info.Find(database)) {
      sink.Add(kMetrics[0], {database}, 0);
      sink.Add(kMetrics[1], {database}, 0);
    }
  }
}

}  // namespace

constinit const InfoPart kKeyspacePart = {.metrics = kMetrics, .read = &Read};

constinit const CommandPart kDatabasesPart = {.words = kWords, .metrics = {}, .read = &ReadEmpty};

}  // namespace sidewatch::redis
