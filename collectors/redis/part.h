#pragma once

#include <span>
#include <string_view>

#include <hiredis/hiredis.h>

#include "collectors/redis/info.h"
#include "exporter/base/clock.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::redis {

/// What a reader may look at besides its own reply.
struct ReadContext {
  const Info& info;
  TimePoint now;  ///< For servers that do not tell their own time.
};

/// Something that INFO tells in another shape than one field a metric.
struct InfoPart {
  std::span<const MetricDescriptor> metrics;
  void (*read)(const ReadContext& context, scrape::SampleSink& sink);
};

/// Another command of the round trip. One that the server refuses gives no samples and is not sent
/// again over this connection: refusals would count in `redis_errors_total`.
struct CommandPart {
  std::span<const std::string_view> words;
  std::span<const MetricDescriptor> metrics;
  void (*read)(const redisReply& reply, const ReadContext& context, scrape::SampleSink& sink);
};

std::span<const InfoPart* const> InfoParts();
std::span<const CommandPart* const> CommandParts();

/// The text of a string or status reply, else empty.
std::string_view ReplyText(const redisReply& reply);

/// The elements of an array reply, else none.
std::span<const redisReply* const> ReplyItems(const redisReply& reply);

constexpr std::string_view kPeer = "redis_exporter";

constexpr MetricDescriptor Gauge(std::string_view name,
                                 std::span<const std::string_view> labels,
                                 std::string_view source,
                                 std::string_view help) {
  return {.name = name,
          .type = MetricType::kGauge,
          .labels = labels,
          .help = help,
          .source = source,
          .peer = kPeer};
}

constexpr MetricDescriptor Counter(std::string_view name,
                                   std::span<const std::string_view> labels,
                                   std::string_view source,
                                   std::string_view help) {
  MetricDescriptor row = Gauge(name, labels, source, help);
  row.type = MetricType::kCounter;
  return row;
}

}  // namespace sidewatch::redis
