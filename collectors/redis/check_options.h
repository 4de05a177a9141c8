#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/reader.h"

namespace sidewatch::redis {

/// A key, or a pattern of keys, in one database: `db3=queue:*`, or `queue:*` for database 0.
struct KeySpec {
  int database = 0;
  std::string key;

  bool operator==(const KeySpec&) const = default;
  auto operator<=>(const KeySpec&) const = default;
};

KeySpec ParseKeySpec(std::string_view text);

/// What is asked for besides the numbers that every server tells. Nothing unless configured.
struct CheckOptions {
  std::vector<KeySpec> keys;
  std::vector<KeySpec> single_keys;
  std::vector<KeySpec> streams;
  std::vector<KeySpec> single_streams;
  std::vector<KeySpec> count_keys;
  bool key_values = true;
  bool stream_consumers = true;
  bool client_list = false;
  bool client_port = false;
  std::int64_t batch_size = 1000;  ///< COUNT of a SCAN.
  std::size_t limit = 1000;        ///< Keys, streams, groups, consumers and clients, of each.
};

/// Reads the keys of the target that are about it.
CheckOptions ReadCheckOptions(config::MapReader& target);

}  // namespace sidewatch::redis
