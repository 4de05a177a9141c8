#include "tests/bench/tsdb/data.h"

#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace sidewatch::bench {
namespace {

double Constant(double previous, std::uint64_t, std::int64_t) {
  return previous;
}

/// A counter of events: some dozens between two runs.
double Counter(double previous, std::uint64_t random, std::int64_t) {
  return previous + static_cast<double>(random % 60);
}

/// A counter that seldom moves.
double SlowCounter(double previous, std::uint64_t random, std::int64_t) {
  return previous + (random % 20 == 0 ? 1 : 0);
}

/// CPU seconds with two digits.
double Seconds(double previous, std::uint64_t random, std::int64_t) {
  return std::round(previous * 100 + static_cast<double>(random % 300)) / 100;
}

/// Memory in pages.
double Bytes(double previous, std::uint64_t random, std::int64_t) {
  return previous + 4096 * (static_cast<double>(random % 512) - 256);
}

/// Connections, queue lengths.
double SmallGauge(double, std::uint64_t random, std::int64_t) {
  return static_cast<double>(random % 24);
}

/// A duration as Go prints it: a float with all its digits.
double Duration(double, std::uint64_t random, std::int64_t) {
  return static_cast<double>(random % 1'000'000'007) / 3e9;
}

constexpr std::array kShapes = {
    Shape{"constant", 45, &Constant},
    Shape{"counter", 14, &Counter},
    Shape{"slow_counter", 15, &SlowCounter},
    Shape{"seconds", 8, &Seconds},
    Shape{"bytes", 7, &Bytes},
    Shape{"small_gauge", 8, &SmallGauge},
    Shape{"duration", 3, &Duration},
};

}  // namespace

std::span<const Shape> Shapes() {
  return kShapes;
}

std::uint64_t NextRandom(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31U);
}

storage::SampleColumns MakeColumns(const Shape& shape, std::size_t samples, std::uint64_t seed) {
  storage::SampleColumns columns;
  double value = static_cast<double>(NextRandom(seed) % 1'000'000'000);
  for (std::size_t i = 0; i < samples; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    value = shape.next(value, NextRandom(seed), at);
    columns.times.push_back(kStart + kStep * at);
    columns.values.push_back(value);
  }
  return columns;
}

const Shape& ShapeOf(std::size_t i) {
  int place = static_cast<int>(i * 37 % 100);
  for (const Shape& shape : kShapes) {
    place -= shape.weight;
    if (place < 0) {
      return shape;
    }
  }
  return kShapes.back();
}

LabelSet MakeLabels(std::size_t i) {
  return LabelSet({{"__name__", fmt::format("bench_metric_{}_total", i % 400)},
                   {"instance", fmt::format("host-{}:9100", i / 2000)},
                   {"job", "node"},
                   {"device", fmt::format("sd{}", i / 400 % 5)},
                   {"mode", i % 2 == 0 ? "read" : "write"},
                   {"shard", fmt::format("{}", i / 10'000)}});
}

}  // namespace sidewatch::bench
