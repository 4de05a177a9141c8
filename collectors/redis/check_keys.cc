// Three round trips however many keys there are: the types, then what each type has, then the sizes
// of HyperLogLogs, which are strings that begin with HYLL. Commands of the wrong type would count
// in redis_errors_total.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "collectors/redis/checks.h"
#include "collectors/redis/key_scan.h"
#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kKeyLabels[] = {"db", "key"};
constexpr std::string_view kTextLabels[] = {"db", "key", "val"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("redis_key_size",
          kKeyLabels,
          "STRLEN, LLEN, SCARD, ZCARD, HLEN, XLEN, PFCOUNT",
          "Length of the key's value: bytes of a string, elements of all else."),
    Gauge("redis_key_memory_usage_bytes",
          kKeyLabels,
          "MEMORY USAGE",
          "Bytes that the key and its value take."),
    Gauge("redis_key_value", kKeyLabels, "GETRANGE", "Value of a string that is a number."),
    Gauge("redis_key_value_as_string",
          kTextLabels,
          "GETRANGE",
          "Value of a string that is not a number, as a label, up to 256 bytes; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::string_view kCountLabels[] = {"db", "key"};
constexpr MetricDescriptor kCountMetrics[] = {
    Gauge("redis_keys_count", kCountLabels, "SCAN", "Keys that match the pattern."),
};
static_assert(DescriptorsAreSound(kCountMetrics));

constexpr std::size_t kLongestValue = 256;
constexpr std::string_view kLastByte = "256";  // One more than is shown: it tells what is longer.

struct SizeCommand {
  std::string_view type;
  std::string_view command;
};

constexpr std::array kSizeCommands = {SizeCommand{"string", "STRLEN"},
                                      SizeCommand{"list", "LLEN"},
                                      SizeCommand{"set", "SCARD"},
                                      SizeCommand{"zset", "ZCARD"},
                                      SizeCommand{"hash", "HLEN"},
                                      SizeCommand{"stream", "XLEN"}};

/// A key and the commands about it.
struct Checked {
  const KeySpec* key = nullptr;
  std::string label;
  std::string database;
  std::size_t type_at = 0;
  std::size_t size_at = 0;
  std::optional<std::size_t> value_at = {};
};

class KeyReader {
 public:
  KeyReader(CheckRun& run, scrape::SampleSink& sink) : run_(run), sink_(sink) {}

  void Read(const std::vector<KeySpec>& keys) {
    std::vector<Checked> checked;
    checked.reserve(keys.size());
    Batch types;
    for (const KeySpec& key : keys) {
      checked.push_back({.key = &key,
                         .label = LabelText(key.key),
                         .database = DatabaseLabel(key.database),
                         .type_at = types.Add(key.database, {"TYPE", key.key})});
      types.Add(key.database, {"MEMORY", "USAGE", key.key});
    }
    if (types.empty() || !run_.Send(types)) {
      return;
    }
    Batch sizes;
    std::erase_if(checked, [&](Checked& one) { return !AskSize(one, types, sizes); });
    if (sizes.empty() || !run_.Send(sizes)) {
      return;
    }
    Batch logs;
    std::erase_if(checked, [&](Checked& one) { return !ReadSize(one, sizes, logs); });
    if (logs.empty() || !run_.Send(logs)) {
      return;
    }
    for (const Checked& one : checked) {
      Add(kMetrics[0], one, logs.Reply(one.size_at));
    }
  }

 private:
  void Add(const MetricDescriptor& metric, const Checked& one, const redisReply& reply) {
    if (!run_.Refused(reply) && reply.type == REDIS_REPLY_INTEGER) {
      sink_.Add(metric, {one.database, one.label}, static_cast<double>(reply.integer));
    }
  }

  /// False: there is no such key.
  bool AskSize(Checked& one, const Batch& types, Batch& sizes) {
    const redisReply& type = types.Reply(one.type_at);
    if (run_.Refused(type)) {
      return false;
    }
    const auto* found = std::ranges::find(kSizeCommands, ReplyText(type), &SizeCommand::type);
    Add(kMetrics[1], one, types.Reply(one.type_at + 1));
    if (found == kSizeCommands.end()) {
      return false;
    }
    one.size_at = sizes.Add(one.key->database, {found->command, one.key->key});
    if (found->type == "string") {
      one.value_at = sizes.Add(one.key->database, {"GETRANGE", one.key->key, "0", kLastByte});
    }
    return true;
  }

  /// True: it is a HyperLogLog, and its size is still to come.
  bool ReadSize(Checked& one, const Batch& sizes, Batch& logs) {
    const redisReply* value = one.value_at ? &sizes.Reply(*one.value_at) : nullptr;
    if (value != nullptr && ReplyText(*value).starts_with("HYLL")) {
      one.size_at = logs.Add(one.key->database, {"PFCOUNT", one.key->key});
      return true;
    }
    Add(kMetrics[0], one, sizes.Reply(one.size_at));
    if (value != nullptr && run_.options.key_values && !run_.Refused(*value)) {
      AddValue(one, ReplyText(*value));
    }
    return false;
  }

  void AddValue(const Checked& one, std::string_view value) {
    if (value.empty() || value.size() > kLongestValue) {
      return;
    }
    if (const std::optional<double> number = ParseNumber(value)) {
      sink_.Add(kMetrics[2], {one.database, one.label}, *number);
    } else {
      sink_.Add(kMetrics[3], {one.database, one.label, LabelText(value)}, 1);
    }
  }

  CheckRun& run_;
  scrape::SampleSink& sink_;
};

bool WantsKeys(const CheckOptions& options) {
  return !options.keys.empty() || !options.single_keys.empty();
}

void CollectKeys(CheckRun& run, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  const std::vector<KeySpec> keys = ExpandKeys(run.options.single_keys, run.options.keys, run);
  KeyReader(run, sink).Read(keys);
}

bool WantsCounts(const CheckOptions& options) {
  return !options.count_keys.empty();
}

void CollectCounts(CheckRun& run, const ReadContext& /*context*/, scrape::SampleSink& sink) {
  const std::vector<KeySpec>& patterns = run.options.count_keys;
  const std::vector<Scanned> scanned = ScanKeys(patterns, 0, run);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (scanned[i].complete) {
      sink.Add(kCountMetrics[0],
               {DatabaseLabel(patterns[i].database), LabelText(patterns[i].key)},
               static_cast<double>(scanned[i].count));
    }
  }
}

}  // namespace

constinit const Check kKeysCheck = {
    .name = "check_keys", .metrics = kMetrics, .wanted = &WantsKeys, .collect = &CollectKeys};

constinit const Check kCountKeysCheck = {.name = "count_keys",
                                         .metrics = kCountMetrics,
                                         .wanted = &WantsCounts,
                                         .collect = &CollectCounts};

}  // namespace sidewatch::redis
