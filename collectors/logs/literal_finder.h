#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sidewatch::logs {

/// Finds a text in a line by its two rarest bytes, sixteen or thirty-two places at a time where the
/// machine can.
class LiteralFinder {
 public:
  explicit LiteralFinder(std::string literal);

  bool In(std::string_view line) const { return At(line, 0) != std::string_view::npos; }

  /// Where it first stands at or behind `from`.
  std::size_t At(std::string_view line, std::size_t from) const;

  bool empty() const { return literal_.empty(); }

  const std::string& text() const { return literal_; }

 private:
  std::size_t Plain(std::string_view line, std::size_t from, std::size_t end) const;

  std::string literal_;
  std::size_t rare_ = 0;   ///< Where its rarest byte is.
  std::size_t other_ = 0;  ///< The next rarest.
  bool wide_ = false;      ///< The machine has AVX2.
};

}  // namespace sidewatch::logs
