#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/result.h"

namespace sidewatch::config {

/// Where a YAML value stands. Line and column count from 1; 0 means unknown.
struct Position {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;

  /// `sidewatch.yml:14:17`.
  std::string ToString() const;
};

/// Collects everything that is wrong with a configuration, so that one run shows all of it.
class Diagnostics {
 public:
  /// Adds `file:line:column: message`.
  void Error(const Position& where, std::string_view message);

  void Error(std::string message) { errors_.push_back(std::move(message)); }

  bool ok() const { return errors_.empty(); }

  std::span<const std::string> errors() const { return errors_; }

  /// All errors, a line each, as one kInvalidArgument; OK if there are none.
  Status ToStatus() const;

 private:
  std::vector<std::string> errors_;
};

}  // namespace sidewatch::config
