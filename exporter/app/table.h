#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::app {

/// Aligned columns for a terminal: as wide as their widest cell, two spaces apart, the last one
/// ragged. Line breaks and control characters in cells become spaces.
class Table {
 public:
  /// `title` is the first row.
  explicit Table(std::vector<std::string> title) { Add(std::move(title)); }

  /// Fewer cells than columns are fine.
  void Add(std::vector<std::string> row);

  /// All rows, each with its line break.
  std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// Characters of UTF-8, as a terminal counts them (about: no double width).
std::size_t DisplayWidth(std::string_view text);

}  // namespace sidewatch::app
