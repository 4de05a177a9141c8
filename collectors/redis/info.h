#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sidewatch::redis {

/// The reply of INFO: `field:value` lines in sections.
///
/// Shape: borrows from the text that it was parsed from.
class Info {
 public:
  /// Lines without a colon and comments are left out; of a field that comes twice the first counts.
  static Info Parse(std::string_view text);

  /// Nothing: this server does not tell it.
  std::optional<std::string_view> Find(std::string_view field) const;

  /// As Find; empty if it is not there.
  std::string_view Text(std::string_view field) const { return Find(field).value_or(""); }

  std::optional<double> Number(std::string_view field) const;

  /// All fields in the order of the reply.
  const std::vector<std::pair<std::string_view, std::string_view>>& fields() const {
    return fields_;
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> fields_;
  std::unordered_map<std::string_view, std::string_view> index_;
};

/// The value of `key` in `calls=1,usec=5`. Nothing: not there.
std::optional<std::string_view> FindPair(std::string_view pairs, std::string_view key);

/// As FindPair, as a number.
std::optional<double> PairNumber(std::string_view pairs, std::string_view key);

}  // namespace sidewatch::redis
