#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sidewatch::tsdb {

/// The newest samples of a series, not compressed yet. Small, as every series holds one.
class Tail {
 public:
  /// Few, so that 100,000 series stay small; enough that compressing them one chunk at a time costs
  /// less than 0.1 µs a sample.
  static constexpr std::size_t kSamples = 12;

  std::size_t size() const { return size_; }

  bool empty() const { return size_ == 0; }

  std::int64_t time(std::size_t i) const { return base_ + offsets_[i]; }

  double value(std::size_t i) const { return values_[i]; }

  std::int64_t first() const { return base_; }

  std::int64_t last() const { return time(size_ - 1); }

  /// False: it is full, or `at` is too far (49 days) from the first.
  bool Fits(std::int64_t at) const;

  /// Keeps the order of time. Only what Fits, and not before the first.
  void Insert(std::int64_t at, double value);

  void Clear() { size_ = 0; }

 private:
  std::int64_t base_ = 0;
  std::uint32_t size_ = 0;
  std::array<std::uint32_t, kSamples> offsets_ = {};  // Milliseconds since base_.
  std::array<double, kSamples> values_ = {};
};

}  // namespace sidewatch::tsdb
