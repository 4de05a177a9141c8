#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/model/matcher.h"
#include "exporter/model/sample.h"

namespace sidewatch::storage {

/// Samples of one series, column by column, in time order: what the evaluator works on.
///
/// A native histogram will be a third column beside `values`; until then every sample is a float.
struct SampleColumns {
  std::vector<std::int64_t> times;  ///< Unix milliseconds, ascending, each once.
  std::vector<double> values;       ///< As many as times. May be stale markers.

  std::size_t size() const { return times.size(); }

  void clear() {
    times.clear();
    values.clear();
  }
};

/// Both ends belong to it.
struct TimeRange {
  TimePoint from;
  TimePoint to;
};

/// One series of a selection. Threads: safe.
class Series {
 public:
  Series() = default;
  Series(const Series&) = delete;
  Series& operator=(const Series&) = delete;
  virtual ~Series() = default;

  virtual const LabelSet& labels() const = 0;

  /// Appends the samples inside `range` to `out`. Each chunk is decoded once and whole, so reading
  /// a range at once is cheap and reading it piecewise is not.
  virtual void Read(const TimeRange& range, SampleColumns& out) const = 0;

  /// The newest sample inside `range`, if there is one. `scratch` is any columns.
  virtual std::optional<Sample> Newest(const TimeRange& range, SampleColumns& scratch) const = 0;
};

/// The series that a selection found, in the order of the store; they stay readable while they are
/// held.
using SeriesSet = std::vector<std::shared_ptr<const Series>>;

/// What can be asked for series. Threads: safe.
class Queryable {
 public:
  Queryable() = default;
  Queryable(const Queryable&) = delete;
  Queryable& operator=(const Queryable&) = delete;
  virtual ~Queryable() = default;

  /// The series that all `matchers` match and that may have samples inside `range`.
  virtual Result<SeriesSet> Select(std::span<const Matcher> matchers,
                                   const TimeRange& range) const = 0;

  /// Sorted names of the labels of the series that match (all series if there are no matchers).
  virtual Result<std::vector<std::string>> LabelNames(std::span<const Matcher> matchers,
                                                      const TimeRange& range) const = 0;

  /// Sorted values of label `name` on the series that match (all series if there are no matchers).
  virtual Result<std::vector<std::string>> LabelValues(std::string_view name,
                                                       std::span<const Matcher> matchers,
                                                       const TimeRange& range) const = 0;
};

}  // namespace sidewatch::storage
