#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "exporter/model/label_set.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::bench {

inline constexpr std::int64_t kStart = 1'700'000'000'000;
inline constexpr std::int64_t kStep = 15'000;

/// A series as exporters make it; `weight` is its share of a typical page in percent.
struct Shape {
  std::string_view name;
  int weight;
  double (*next)(double previous, std::uint64_t random, std::int64_t i);
};

std::span<const Shape> Shapes();

/// The next pseudo-random number, the same in each run.
std::uint64_t NextRandom(std::uint64_t& state);

/// `samples` values of a shape, one each 15 s.
storage::SampleColumns MakeColumns(const Shape& shape, std::size_t samples, std::uint64_t seed);

/// The shape of the i-th series of a typical page.
const Shape& ShapeOf(std::size_t i);

/// Labels as an exporter has them: job, instance and two of its own.
LabelSet MakeLabels(std::size_t i);

}  // namespace sidewatch::bench
