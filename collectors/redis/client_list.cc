#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/redis/checks.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

// Where a client has no name, user or protocol, the label is not there.
constexpr std::string_view kInfoLabels[] = {"id", "name", "flags", "db", "host", "user", "resp"};
constexpr std::string_view kPortLabels[] = {
    "id", "name", "flags", "db", "host", "user", "resp", "port"};
constexpr std::string_view kLabels[] = {"id", "name"};
constexpr std::string_view kSource = "CLIENT LIST";

constexpr MetricDescriptor kMetrics[] = {
    Gauge("redis_connected_client_info", kInfoLabels, kSource, "A client, in labels; always 1."),
    Gauge("redis_connected_client_created_at_timestamp",
          kLabels,
          kSource,
          "When the client connected, as Unix time."),
    Gauge("redis_connected_client_idle_since_timestamp",
          kLabels,
          kSource,
          "When the client last sent a command, as Unix time."),
    Gauge("redis_connected_client_channel_subscriptions_count",
          kLabels,
          kSource,
          "Channels that the client listens to."),
    Gauge("redis_connected_client_pattern_matching_subscriptions_count",
          kLabels,
          kSource,
          "Patterns of channels that the client listens to."),
    Gauge("redis_connected_client_shard_channel_subscriptions_count",
          kLabels,
          kSource,
          "Channels of the shard that the client listens to."),
    Gauge("redis_connected_client_shard_channel_watched_keys",
          kLabels,
          kSource,
          "Keys that the client watches."),
    Gauge("redis_connected_client_query_buffer_length_bytes",
          kLabels,
          kSource,
          "Bytes of a command that is not complete."),
    Gauge("redis_connected_client_query_buffer_free_space_bytes",
          kLabels,
          kSource,
          "Free bytes of the buffer for commands."),
    Gauge("redis_connected_client_output_buffer_length_bytes",
          kLabels,
          kSource,
          "Bytes in the buffer for replies."),
    Gauge("redis_connected_client_output_list_length",
          kLabels,
          kSource,
          "Replies that wait because the buffer is full."),
    Gauge("redis_connected_client_output_buffer_memory_usage_bytes",
          kLabels,
          kSource,
          "Bytes that replies to the client take."),
    Gauge("redis_connected_client_total_memory_consumed_bytes",
          kLabels,
          kSource,
          "Bytes that the client takes in all its buffers."),
    Gauge("redis_connected_client_info",
          kPortLabels,
          kSource,
          "A client with its port (export_client_port), in labels; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

struct Row {
  std::string_view field;
  const MetricDescriptor* metric;
  bool ago = false;  ///< Seconds since something that is shown as a time.
};

constexpr Row kRows[] = {{"age", &kMetrics[1], true},
                         {"idle", &kMetrics[2], true},
                         {"sub", &kMetrics[3]},
                         {"psub", &kMetrics[4]},
                         {"ssub", &kMetrics[5]},
                         {"watch", &kMetrics[6]},
                         {"qbuf", &kMetrics[7]},
                         {"qbuf-free", &kMetrics[8]},
                         {"obl", &kMetrics[9]},
                         {"oll", &kMetrics[10]},
                         {"omem", &kMetrics[11]},
                         {"tot-mem", &kMetrics[12]}};

/// The value of `name=value` among others of the line.
std::string_view Field(std::string_view line, std::string_view name) {
  while (!line.empty()) {
    const std::string_view pair = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(pair.size() + 1, line.size()));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

void AddClient(std::string_view line,
               bool with_port,
               const ReadContext& context,
               scrape::SampleSink& sink) {
  const std::string_view id = Field(line, "id");
  const std::string_view address = Field(line, "addr");
  const std::size_t colon = address.rfind(':');
  if (id.empty() || colon == std::string_view::npos) {
    return;
  }
  const std::string name = LabelText(Field(line, "name"));
  const std::string user = LabelText(Field(line, "user"));
  const std::array<std::string_view, std::size(kPortLabels)> labels = {id,
                                                                       name,
                                                                       Field(line, "flags"),
                                                                       Field(line, "db"),
                                                                       address.substr(0, colon),
                                                                       user,
                                                                       Field(line, "resp"),
                                                                       address.substr(colon + 1)};
  if (with_port) {
    sink.Add(kMetrics[13], labels, 1);
  } else {
    sink.Add(kMetrics[0], std::span(labels).first(std::size(kInfoLabels)), 1);
  }
  const double now = std::floor(ToUnixSeconds(context.now));
  for (const Row& row : kRows) {
    const std::optional<double> number = ParseNumber(Field(line, row.field));
    if (number) {
      sink.Add(*row.metric, {id, name}, row.ago ? now - *number : *number);
    }
  }
}

bool Wanted(const CheckOptions& options) {
  return options.client_list;
}

void Collect(CheckRun& run, const ReadContext& context, scrape::SampleSink& sink) {
  Batch batch;
  const std::size_t at = batch.Add(0, {"CLIENT", "LIST"});
  if (!run.Send(batch) || run.Refused(batch.Reply(at))) {
    return;
  }
  std::string_view rest = ReplyText(batch.Reply(at));
  for (std::size_t shown = 0; !rest.empty(); ++shown) {
    if (shown == run.options.limit) {
      run.Problem("limit_exceeded", "there are more clients than check_limit allows");
      return;
    }
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    AddClient(line, run.options.client_port, context, sink);
  }
}

}  // namespace

constinit const Check kClientListCheck = {
    .name = "export_client_list", .metrics = kMetrics, .wanted = &Wanted, .collect = &Collect};

}  // namespace sidewatch::redis
