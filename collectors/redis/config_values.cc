#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "collectors/redis/parts.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

/// The value in the reply of `CONFIG GET <one parameter>`.
std::string_view ConfigValue(const redisReply& reply) {
  const auto items = ReplyItems(reply);
  return items.size() == 2 ? ReplyText(*items[1]) : std::string_view();
}

/// Of a table with one row. Not a reference to the row: clang 14 takes whole objects only.
template <const auto& kTable>
void ReadNumber(const redisReply& reply, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  const std::optional<double> value = ParseNumber(ConfigValue(reply));
  if (value) {
    sink.Add(kTable[0], *value);
  }
}

constexpr MetricDescriptor kMaxClients[] = {
    Gauge("redis_config_maxclients",
          {},
          "CONFIG GET maxclients",
          "Most clients that may connect at once."),
};
constexpr MetricDescriptor kMaxMemory[] = {
    Gauge("redis_config_maxmemory",
          {},
          "CONFIG GET maxmemory",
          "Bytes that the data may use, 0 for no limit."),
};
constexpr MetricDescriptor kReplBacklog[] = {
    Gauge("redis_config_repl_backlog_size",
          {},
          "CONFIG GET repl-backlog-size",
          "Configured size of the replication backlog."),
};
constexpr MetricDescriptor kIoThreads[] = {
    Gauge("redis_config_io_threads", {}, "CONFIG GET io-threads", "Configured I/O threads."),
};

constexpr std::string_view kLimitLabels[] = {"class", "limit"};
constexpr MetricDescriptor kOutputLimit[] = {
    Gauge("redis_config_client_output_buffer_limit_bytes",
          kLimitLabels,
          "CONFIG GET client-output-buffer-limit",
          "Output buffer at which a client is disconnected, 0 for no limit."),
    Gauge("redis_config_client_output_buffer_limit_overcome_seconds",
          kLimitLabels,
          "CONFIG GET client-output-buffer-limit",
          "Seconds that a client may be above the soft limit."),
};
static_assert(DescriptorsAreSound(kMaxClients) && DescriptorsAreSound(kMaxMemory) &&
              DescriptorsAreSound(kReplBacklog) && DescriptorsAreSound(kIoThreads) &&
              DescriptorsAreSound(kOutputLimit));

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// `normal 0 0 0 slave 268435456 67108864 60 …`: class, hard, soft, seconds.
void ReadOutputLimit(const redisReply& reply,
                     const ReadContext& /*context*/,
                     scrape::SampleSink& sink) {
  constexpr std::size_t kGroup = 4;
  const std::vector<std::string_view> words = Words(ConfigValue(reply));
  for (std::size_t i = 0; i + kGroup <= words.size(); i += kGroup) {
    const std::optional<double> hard = ParseNumber(words[i + 1]);
    const std::optional<double> soft = ParseNumber(words[i + 2]);
    const std::optional<double> seconds = ParseNumber(words[i + 3]);
    if (hard && soft && seconds) {
      sink.Add(kOutputLimit[0], {words[i], "hard"}, *hard);
      sink.Add(kOutputLimit[0], {words[i], "soft"}, *soft);
      sink.Add(kOutputLimit[1], {words[i], "soft"}, *seconds);
    }
  }
}

constexpr std::string_view kMaxClientsWords[] = {"CONFIG", "GET", "maxclients"};
constexpr std::string_view kMaxMemoryWords[] = {"CONFIG", "GET", "maxmemory"};
constexpr std::string_view kReplBacklogWords[] = {"CONFIG", "GET", "repl-backlog-size"};
constexpr std::string_view kIoThreadsWords[] = {"CONFIG", "GET", "io-threads"};
constexpr std::string_view kOutputLimitWords[] = {"CONFIG", "GET", "client-output-buffer-limit"};

}  // namespace

// One command a parameter: servers before 7.0 take only one, and `*` would bring the passwords.
constinit const CommandPart kMaxClientsPart = {
    .words = kMaxClientsWords, .metrics = kMaxClients, .read = &ReadNumber<kMaxClients>};

constinit const CommandPart kMaxMemoryPart = {
    .words = kMaxMemoryWords, .metrics = kMaxMemory, .read = &ReadNumber<kMaxMemory>};

constinit const CommandPart kReplBacklogPart = {
    .words = kReplBacklogWords, .metrics = kReplBacklog, .read = &ReadNumber<kReplBacklog>};

constinit const CommandPart kIoThreadsPart = {
    .words = kIoThreadsWords, .metrics = kIoThreads, .read = &ReadNumber<kIoThreads>};

constinit const CommandPart kOutputLimitPart = {
    .words = kOutputLimitWords, .metrics = kOutputLimit, .read = &ReadOutputLimit};

}  // namespace sidewatch::redis
