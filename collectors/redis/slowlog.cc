#include "collectors/redis/parts.h"

namespace sidewatch::redis {

namespace {

constexpr MetricDescriptor kLengthMetrics[] = {
    Gauge("redis_slowlog_length", {}, "SLOWLOG LEN", "Entries in the log of slow commands."),
};
constexpr MetricDescriptor kLastMetrics[] = {
    Gauge("redis_slowlog_last_id",
          {},
          "SLOWLOG GET 1",
          "Number of the newest entry in the log of slow commands."),
    Gauge("redis_last_slow_execution_duration_seconds",
          {},
          "SLOWLOG GET 1",
          "Seconds that the newest command in the log of slow commands took."),
};
static_assert(DescriptorsAreSound(kLengthMetrics) && DescriptorsAreSound(kLastMetrics));

void ReadLength(const redisReply& reply, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  if (reply.type == REDIS_REPLY_INTEGER) {
    sink.Add(kLengthMetrics[0], static_cast<double>(reply.integer));
  }
}

/// The reply is a list of [id, time, microseconds, …]. An empty log shows 0, as the peer does: ids
/// begin there, and no command has been slow.
void ReadLast(const redisReply& reply, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  constexpr std::size_t kDurationAt = 2;
  constexpr double kMicrosecondsPerSecond = 1e6;
  if (reply.type != REDIS_REPLY_ARRAY) {
    return;
  }
  double id = 0;
  double seconds = 0;
  const auto entries = ReplyItems(reply);
  if (!entries.empty()) {
    const auto entry = ReplyItems(*entries[0]);
    if (entry.size() <= kDurationAt) {
      return;
    }
    id = static_cast<double>(entry[0]->integer);
    seconds = static_cast<double>(entry[kDurationAt]->integer) / kMicrosecondsPerSecond;
  }
  sink.Add(kLastMetrics[0], id);
  sink.Add(kLastMetrics[1], seconds);
}

constexpr std::string_view kLengthWords[] = {"SLOWLOG", "LEN"};
constexpr std::string_view kLastWords[] = {"SLOWLOG", "GET", "1"};

}  // namespace

constinit const CommandPart kSlowlogLengthPart = {
    .words = kLengthWords, .metrics = kLengthMetrics, .read = &ReadLength};

constinit const CommandPart kSlowlogLastPart = {
    .words = kLastWords, .metrics = kLastMetrics, .read = &ReadLast};

}  // namespace sidewatch::redis
