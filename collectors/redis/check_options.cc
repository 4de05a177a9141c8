#include "collectors/redis/check_options.h"

#include <algorithm>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

constexpr std::int64_t kMostDatabases = 1 << 20;
constexpr std::int64_t kLargestBatch = 100'000;
constexpr std::int64_t kLargestLimit = 20'000;

void ReadKeys(config::MapReader& target, std::string_view name, std::vector<KeySpec>& keys) {
  std::vector<std::string> texts;
  if (!target.Read(name, texts)) {
    return;
  }
  keys.reserve(texts.size());
  for (const std::string& text : texts) {
    KeySpec key = ParseKeySpec(text);
    if (key.key.empty()) {
      target.ErrorAt(name, fmt::format("\"{}\" names no key: write key or db1=key", text));
    } else if (std::ranges::find(keys, key) == keys.end()) {
      keys.push_back(std::move(key));
    }
  }
}

void ReadNumber(config::MapReader& target,
                std::string_view name,
                std::int64_t most,
                std::int64_t& number) {
  if (target.Read(name, number) && (number < 1 || number > most)) {
    target.ErrorAt(name, fmt::format("must be between 1 and {}", most));
  }
}

}  // namespace

KeySpec ParseKeySpec(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals != std::string_view::npos) {
    std::string_view name = text.substr(0, equals);
    name.remove_prefix(name.starts_with("db") ? 2 : 0);
    const std::optional<std::int64_t> number = ParseInteger(name);
    if (number && *number >= 0 && *number < kMostDatabases) {
      return {.database = static_cast<int>(*number), .key = std::string(text.substr(equals + 1))};
    }
  }
  return {.database = 0, .key = std::string(text)};
}

CheckOptions ReadCheckOptions(config::MapReader& target) {
  CheckOptions options;
  ReadKeys(target, "check_keys", options.keys);
  ReadKeys(target, "check_single_keys", options.single_keys);
  ReadKeys(target, "check_streams", options.streams);
  ReadKeys(target, "check_single_streams", options.single_streams);
  ReadKeys(target, "count_keys", options.count_keys);
  target.Read("export_key_values", options.key_values);
  target.Read("export_stream_consumers", options.stream_consumers);
  target.Read("export_client_list", options.client_list);
  target.Read("export_client_port", options.client_port);
  ReadNumber(target, "check_keys_batch_size", kLargestBatch, options.batch_size);
  auto limit = static_cast<std::int64_t>(options.limit);
  ReadNumber(target, "check_limit", kLargestLimit, limit);
  options.limit = static_cast<std::size_t>(std::max<std::int64_t>(limit, 1));
  return options;
}

}  // namespace sidewatch::redis
