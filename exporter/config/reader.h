#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/secret.h"
#include "exporter/config/diagnostics.h"
#include "exporter/config/node.h"

namespace sidewatch::config {

/// A size in bytes, written `512`, `1MB`, `2GiB` (units count by 1024, as Prometheus reads them).
struct ByteSize {
  std::uint64_t bytes = 0;
};

/// A secret given in place or as a file that is read anew at each use, so that it can be rotated.
class SecretSource {
 public:
  SecretSource() = default;

  explicit SecretSource(Secret value) : value_(std::move(value)) {}

  static SecretSource FromFile(std::string path);

  /// True if neither a value nor a file was given.
  bool empty() const { return value_.empty() && path_.empty(); }

  /// The secret, without the line feed at a file's end. Errors: kNotFound, kPermissionDenied naming
  /// the file.
  Result<Secret> Load() const;

 private:
  Secret value_;
  std::string path_;
};

/// Each reads a value of the tree into `out`, or adds an error that names the place, what stands
/// there and what was expected, and leaves `out` as it was. A struct of another folder becomes
/// readable by a ReadValue beside it.
void ReadValue(const Node& node, Diagnostics& diagnostics, std::string& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, bool& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, int& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, std::int64_t& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, double& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, Duration& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, ByteSize& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, Secret& out);
void ReadValue(const Node& node, Diagnostics& diagnostics, std::map<std::string, std::string>& out);

/// A list of anything readable; one scalar alone is not a list.
template <typename T>
void ReadValue(const Node& node, Diagnostics& diagnostics, std::vector<T>& out);

template <typename T>
void ReadValue(const Node& node, Diagnostics& diagnostics, std::optional<T>& out) {
  T value{};
  ReadValue(node, diagnostics, value);
  out = std::move(value);
}

/// Adds `expected a list, got …` unless the node is a list (null counts as an empty one).
bool ExpectList(const Node& node, Diagnostics& diagnostics);

/// Reads a map key by key. What was never asked for is an error when the reader goes, with a "did
/// you mean" among the keys that were: defaults and names stand only in the code that reads.
///
///   MapReader map(node, diagnostics);
///   map.Read("group_wait", timing.group_wait);   // absent: keeps the default
///   map.Require("receiver", route.receiver);     // absent: an error
class MapReader {
 public:
  /// `node` must be a map or null (an empty map); anything else is an error, and the reader then
  /// reads nothing.
  MapReader(Node node, Diagnostics& diagnostics);
  MapReader(const MapReader&) = delete;
  MapReader& operator=(const MapReader&) = delete;

  ~MapReader() { Finish(); }

  /// Reads `key` if it is there and not null. Returns whether it was.
  template <typename T>
  bool Read(std::string_view key, T& out) {
    const std::optional<Node> node = Get(key);
    if (!node || node->is_null()) {
      return false;
    }
    ReadValue(*node, diagnostics_, out);
    return true;
  }

  /// As Read; absent or null is an error at the map's position.
  template <typename T>
  void Require(std::string_view key, T& out) {
    if (!Read(key, out) && (node_.is_map() || node_.is_null())) {
      Error("missing key \"" + std::string(key) + "\"");
    }
  }

  /// Reads `key` or its twin `key_file`; both is an error.
  bool ReadSecret(std::string_view key, SecretSource& out);

  /// The raw value of `key`, marked as known. A null value is returned as such.
  std::optional<Node> Get(std::string_view key);

  /// True if the key is there, also when its value is null. Marks it as known.
  bool Has(std::string_view key) { return Get(key).has_value(); }

  /// Takes `keys` as known without reading them.
  void Ignore(std::initializer_list<std::string_view> keys);

  /// An error at the position of `key`, or of the map if it is absent.
  void ErrorAt(std::string_view key, std::string_view message);

  void Error(std::string_view message) { diagnostics_.Error(node_.position(), message); }

  const Node& node() const { return node_; }

  Diagnostics& diagnostics() { return diagnostics_; }

  /// Reports unknown keys now. Called by the destructor.
  void Finish();

 private:
  Node node_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
  bool finished_ = false;
};

template <typename T>
void ReadValue(const Node& node, Diagnostics& diagnostics, std::vector<T>& out) {
  if (!ExpectList(node, diagnostics)) {
    return;
  }
  out.clear();
  for (const Node& item : node.items()) {
    T value{};
    ReadValue(item, diagnostics, value);
    out.push_back(std::move(value));
  }
}

/// `path` as it stands, or beside the file of `where` if it is relative, as Prometheus and
/// Alertmanager read the paths in their files.
std::string ResolvePath(const Position& where, const std::string& path);

/// The entry of `known` that `text` most likely meant, or nothing if none is near.
std::optional<std::string> NearestName(std::string_view text,
                                       const std::vector<std::string>& known);

}  // namespace sidewatch::config
