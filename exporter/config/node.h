#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/config/diagnostics.h"

namespace sidewatch::config {

/// One value of a YAML document with its place in the file. Immutable; a copy is a pointer.
class Node {
 public:
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Data;

  /// A null without a place, for what is absent.
  Node();

  explicit Node(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  Kind kind() const;

  bool is_null() const { return kind() == Kind::kNull; }

  bool is_scalar() const { return kind() == Kind::kScalar; }

  bool is_list() const { return kind() == Kind::kList; }

  bool is_map() const { return kind() == Kind::kMap; }

  /// The text of a scalar, with `${ENV}` expanded if the loader was asked to.
  const std::string& text() const;

  /// True if the scalar was written in quotes, so that "5" is a string and not a number.
  bool quoted() const;

  const std::vector<Node>& items() const;
  const std::vector<std::pair<Node, Node>>& entries() const;

  /// The value of `key` in a map, if it is there. Does not mark the key as known: see MapReader.
  std::optional<Node> Find(std::string_view key) const;

  const Position& position() const;

  /// `a map`, `a list`, `"text"`, `nothing`: for error messages.
  std::string Describe() const;

 private:
  std::shared_ptr<const Data> data_;
};

struct Node::Data {
  Kind kind = Kind::kNull;
  std::string text;
  bool quoted = false;
  std::vector<Node> items;
  std::vector<std::pair<Node, Node>> entries;
  Position position;
};

/// Equal documents have equal fingerprints, within one run of the program; places do not count.
std::uint64_t Fingerprint(const Node& node);

enum class ExpandEnv { kNo, kYes };

/// Parses the first document of `text`. `name` is the file's name in messages.
///
/// With ExpandEnv::kYes `${NAME}` and `${NAME:-default}` in scalars are replaced from the
/// environment and an unset NAME without default is an error; `$${` stands for `${`. What is not an
/// identifier in braces, such as a relabelling's `${1}`, stays as it is. Errors go to
/// `diagnostics`: bad YAML, duplicate keys, nesting deeper than 64. Nothing: not readable at all.
std::optional<Node> ParseYaml(std::string_view text,
                              std::string_view name,
                              ExpandEnv expand,
                              Diagnostics& diagnostics);

/// Reads the whole file, then as ParseYaml.
std::optional<Node> LoadYaml(const std::string& path, ExpandEnv expand, Diagnostics& diagnostics);

}  // namespace sidewatch::config
