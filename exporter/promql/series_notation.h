#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::promql {

/// A native histogram as `{{schema:0 buckets:[1 2]}}` writes it. Nothing is checked for consistency
/// and nothing computed: what is not written is zero.
struct HistogramLiteral {
  enum class ResetHint : std::uint8_t { kUnknown, kReset, kNotReset, kGauge };

  /// Populations (not cumulative) of consecutive buckets, the first of index `offset`.
  struct Buckets {
    std::int32_t offset = 0;
    std::vector<double> counts;
  };

  std::int32_t schema = 0;
  double sum = 0;
  double count = 0;
  double zero_count = 0;
  double zero_threshold = 0;
  Buckets positive;
  Buckets negative;
  std::vector<double> custom_values;  ///< Upper bounds for schema -53, without +Inf.
  ResetHint reset_hint = ResetHint::kUnknown;
  bool reset_hint_written = false;  ///< An expected result without one accepts any.
};

/// One place in a sequence: nothing (`_`), a float (which may be the stale marker), a histogram.
using SeriesValue = std::variant<std::monostate, double, std::shared_ptr<const HistogramLiteral>>;

/// A line such as `metric{a="b"} 1 2+1x3 _ stale`.
struct SeriesNotation {
  LabelSet labels;
  std::vector<SeriesValue> values;  ///< With all repetitions written out.
};

/// Reads the notation of test scripts and of rule unit tests, as Prometheus does.
///
/// Errors: kInvalidArgument `LINE:COL: parse error: …`, as Prometheus words it; also for more than
/// a
///         million values.
Result<SeriesNotation> ParseSeriesNotation(std::string_view line);

}  // namespace sidewatch::promql
