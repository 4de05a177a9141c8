// XINFO's replies are lists of names and values, which differ by version: tables say which become
// metrics, and what a server does not tell is not there.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "collectors/redis/checks.h"
#include "collectors/redis/key_scan.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kStreamLabels[] = {"db", "stream"};
constexpr std::string_view kGroupLabels[] = {"db", "stream", "group"};
constexpr std::string_view kConsumerLabels[] = {"db", "stream", "group", "consumer"};

constexpr std::string_view kStreamSource = "XINFO STREAM";
constexpr std::string_view kGroupSource = "XINFO GROUPS";
constexpr std::string_view kConsumerSource = "XINFO CONSUMERS";

constexpr MetricDescriptor kMetrics[] = {
    Gauge("redis_stream_length", kStreamLabels, kStreamSource, "Entries of the stream."),
    Gauge("redis_stream_radix_tree_keys",
          kStreamLabels,
          kStreamSource,
          "Keys of the tree that holds the stream."),
    Gauge("redis_stream_radix_tree_nodes",
          kStreamLabels,
          kStreamSource,
          "Nodes of the tree that holds the stream."),
    Gauge("redis_stream_last_generated_id",
          kStreamLabels,
          kStreamSource,
          "Milliseconds in the id that was given out last."),
    Gauge("redis_stream_groups", kStreamLabels, kStreamSource, "Consumer groups of the stream."),
    Gauge("redis_stream_max_deleted_entry_id",
          kStreamLabels,
          kStreamSource,
          "Milliseconds in the highest id that was deleted."),
    Gauge("redis_stream_first_entry_id",
          kStreamLabels,
          kStreamSource,
          "Milliseconds in the first entry's id."),
    Gauge("redis_stream_last_entry_id",
          kStreamLabels,
          kStreamSource,
          "Milliseconds in the last entry's id."),
    Counter("redis_stream_entries_added_total",
            kStreamLabels,
            kStreamSource,
            "Entries that were ever added to the stream."),
    Gauge("redis_stream_group_consumers", kGroupLabels, kGroupSource, "Consumers of the group."),
    Gauge("redis_stream_group_messages_pending",
          kGroupLabels,
          kGroupSource,
          "Entries that were delivered to the group and not acknowledged."),
    Gauge("redis_stream_group_last_delivered_id",
          kGroupLabels,
          kGroupSource,
          "Milliseconds in the id that was delivered to the group last."),
    Gauge("redis_stream_group_entries_read",
          kGroupLabels,
          kGroupSource,
          "Entries that the group has read."),
    Gauge("redis_stream_group_lag",
          kGroupLabels,
          kGroupSource,
          "Entries of the stream that were not delivered to the group yet."),
    Gauge("redis_stream_group_consumer_messages_pending",
          kConsumerLabels,
          kConsumerSource,
          "Entries that were delivered to the consumer and not acknowledged."),
    Gauge("redis_stream_group_consumer_idle_seconds",
          kConsumerLabels,
          kConsumerSource,
          "Seconds since the consumer last asked."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// One field of a reply: the metric, and how it is read.
struct Row {
  std::string_view field;
  const MetricDescriptor* metric;
  double factor = 1;
};

constexpr Row kStreamRows[] = {{"length", &kMetrics[0]},
                               {"radix-tree-keys", &kMetrics[1]},
                               {"radix-tree-nodes", &kMetrics[2]},
                               {"last-generated-id", &kMetrics[3]},
                               {"groups", &kMetrics[4]},
                               {"max-deleted-entry-id", &kMetrics[5]},
                               {"first-entry", &kMetrics[6]},
                               {"last-entry", &kMetrics[7]},
                               {"entries-added", &kMetrics[8]}};

constexpr Row kGroupRows[] = {{"consumers", &kMetrics[9]},
                              {"pending", &kMetrics[10]},
                              {"last-delivered-id", &kMetrics[11]},
                              {"entries-read", &kMetrics[12]},
                              {"lag", &kMetrics[13]}};

constexpr double kSecondsPerMilli = 1e-3;
constexpr Row kConsumerRows[] = {{"pending", &kMetrics[14]},
                                 {"idle", &kMetrics[15], kSecondsPerMilli}};

const redisReply* Field(const redisReply& reply, std::string_view name) {
  const auto items = ReplyItems(reply);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (ReplyText(*items[i]) == name) {
      return items[i + 1];
    }
  }
  return nullptr;
}

/// A number, the milliseconds of an id such as `1700000000000-0`, or those of an entry, which is
/// [id, fields]. Nothing: null, as the lag of a group is when entries were deleted.
std::optional<double> NumberOf(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_INTEGER) {
    return static_cast<double>(reply.integer);
  }
  const auto items = ReplyItems(reply);
  const std::string_view id = items.empty() ? ReplyText(reply) : ReplyText(*items[0]);
  return ParseNumber(id.substr(0, id.find('-')));
}

void AddRows(std::span<const Row> rows,
             const redisReply& reply,
             std::span<const std::string_view> labels,
             scrape::SampleSink& sink) {
  for (const Row& row : rows) {
    const redisReply* field = Field(reply, row.field);
    const std::optional<double> number = field == nullptr ? std::nullopt : NumberOf(*field);
    if (number) {
      sink.Add(*row.metric, labels, *number * row.factor);
    }
  }
}

struct Stream {
  const KeySpec* key = nullptr;
  std::string database;
  std::string label;
  std::size_t at = 0;  ///< Of XINFO STREAM; XINFO GROUPS stands behind it.
};

struct Group {
  const Stream* stream = nullptr;
  std::string name;
  std::size_t at = 0;
};

class StreamReader {
 public:
  StreamReader(CheckRun& run, scrape::SampleSink& sink) : run_(run), sink_(sink) {}

  void Read(const std::vector<KeySpec>& keys) {
    streams_.reserve(keys.size());
    Batch batch;
    for (const KeySpec& key : keys) {
      streams_.push_back({.key = &key,
                          .database = DatabaseLabel(key.database),
                          .label = LabelText(key.key),
                          .at = batch.Add(key.database, {"XINFO", "STREAM", key.key})});
      batch.Add(key.database, {"XINFO", "GROUPS", key.key});
    }
    if (batch.empty() || !run_.Send(batch)) {
      return;
    }
    for (const Stream& stream : streams_) {
      const redisReply& reply = batch.Reply(stream.at);
      if (!run_.Refused(reply)) {
        AddRows(kStreamRows,
                reply,
                std::array<std::string_view, 2>{stream.database, stream.label},
                sink_);
        AddGroups(stream, batch.Reply(stream.at + 1));
      }
    }
    if (run_.options.stream_consumers) {
      ReadConsumers();
    }
  }

 private:
  /// False, and told: there are more of `what` than may be shown.
  bool HasRoom(std::size_t used, std::string_view what) {
    if (used < run_.options.limit) {
      return true;
    }
    run_.Problem("limit_exceeded", fmt::format("there are more {} than check_limit allows", what));
    return false;
  }

  void AddGroups(const Stream& stream, const redisReply& reply) {
    if (run_.Refused(reply)) {
      return;
    }
    for (const redisReply* entry : ReplyItems(reply)) {
      if (!HasRoom(groups_.size(), "groups")) {
        return;
      }
      const redisReply* name = Field(*entry, "name");
      if (name != nullptr) {
        groups_.push_back({.stream = &stream, .name = std::string(ReplyText(*name))});
        AddRows(kGroupRows,
                *entry,
                std::array<std::string_view, 3>{
                    stream.database, stream.label, LabelText(groups_.back().name)},
                sink_);
      }
    }
  }

  void ReadConsumers() {
    Batch batch;
    for (Group& group : groups_) {
      const KeySpec& key = *group.stream->key;
      group.at = batch.Add(key.database, {"XINFO", "CONSUMERS", key.key, group.name});
    }
    if (batch.empty() || !run_.Send(batch)) {
      return;
    }
    std::size_t shown = 0;
    for (const Group& group : groups_) {
      const redisReply& reply = batch.Reply(group.at);
      if (run_.Refused(reply)) {
        continue;
      }
      for (const redisReply* entry : ReplyItems(reply)) {
        if (!HasRoom(shown++, "consumers")) {
          return;
        }
        AddConsumer(group, *entry);
      }
    }
  }

  void AddConsumer(const Group& group, const redisReply& entry) {
    const redisReply* name = Field(entry, "name");
    if (name == nullptr) {
      return;
    }
    const std::string group_label = LabelText(group.name);
    const std::string consumer = LabelText(ReplyText(*name));
    AddRows(kConsumerRows,
            entry,
            std::array<std::string_view, 4>{
                group.stream->database, group.stream->label, group_label, consumer},
            sink_);
  }

  CheckRun& run_;
  scrape::SampleSink& sink_;
  std::vector<Stream> streams_;
  std::vector<Group> groups_;
};

bool Wanted(const CheckOptions& options) {
  return !options.streams.empty() || !options.single_streams.empty();
}

void Collect(CheckRun& run, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  const std::vector<KeySpec> keys =
      ExpandKeys(run.options.single_streams, run.options.streams, run);
  StreamReader(run, sink).Read(keys);
}

}  // namespace

constinit const Check kStreamsCheck = {
    .name = "check_streams", .metrics = kMetrics, .wanted = &Wanted, .collect = &Collect};

}  // namespace sidewatch::redis
