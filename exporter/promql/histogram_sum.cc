#include "exporter/promql/histogram_sum.h"

#include <algorithm>

namespace sidewatch::promql {
namespace {

using Buckets = HistogramLiteral::Buckets;
using ResetHint = HistogramLiteral::ResetHint;

constexpr std::int32_t kCustomSchema = -53;
constexpr std::int64_t kMostBuckets = 100'000;

/// The index, `levels` of resolution coarser, of the bucket that holds bucket `index`.
std::int64_t CoarserIndex(std::int64_t index, int levels) {
  return ((index - 1) >> levels) + 1;
}

Status AddBuckets(Buckets& base, const Buckets& change, int levels, double sign) {
  if (change.counts.empty()) {
    return {};
  }
  const auto last = static_cast<std::int64_t>(change.counts.size()) - 1;
  std::int64_t begin = CoarserIndex(change.offset, levels);
  std::int64_t end = CoarserIndex(change.offset + last, levels) + 1;
  if (!base.counts.empty()) {
    begin = std::min<std::int64_t>(begin, base.offset);
    end = std::max(end, base.offset + static_cast<std::int64_t>(base.counts.size()));
  }
  if (end - begin > kMostBuckets) {
    return Fail(ErrorCode::kInvalidArgument,
                "error combining histograms: more than {} buckets between the lowest and highest",
                kMostBuckets);
  }
  std::vector<double> counts(static_cast<std::size_t>(end - begin));
  std::ranges::copy(base.counts, counts.begin() + (base.counts.empty() ? 0 : base.offset - begin));
  for (std::size_t i = 0; i < change.counts.size(); ++i) {
    const std::int64_t index = change.offset + static_cast<std::int64_t>(i);
    counts[static_cast<std::size_t>(CoarserIndex(index, levels) - begin)] +=
        sign * change.counts[i];
  }
  base.offset = static_cast<std::int32_t>(begin);
  base.counts = std::move(counts);
  return {};
}

/// Gauges stay gauges; where two hints differ, nothing is known.
ResetHint Merge(ResetHint a, ResetHint b) {
  if (a == b) {
    return a;
  }
  return a == ResetHint::kGauge || b == ResetHint::kGauge ? ResetHint::kGauge : ResetHint::kUnknown;
}

Status CheckCompatible(const HistogramLiteral& base, const HistogramLiteral& change) {
  if (base.schema > change.schema) {
    return Fail(ErrorCode::kInvalidArgument,
                "error combining histograms: cannot merge from schema {} to {}",
                change.schema,
                base.schema);
  }
  if ((base.schema == kCustomSchema) != (change.schema == kCustomSchema)) {
    return Fail(ErrorCode::kInvalidArgument,
                "error combining histograms: one has custom buckets, the other exponential ones");
  }
  if (base.custom_values != change.custom_values) {
    return Fail(ErrorCode::kInvalidArgument,
                "error combining histograms: their custom bounds differ");
  }
  if (base.zero_threshold != change.zero_threshold) {
    return Fail(ErrorCode::kInvalidArgument,
                "error combining histograms: their zero thresholds differ ({} and {})",
                base.zero_threshold,
                change.zero_threshold);
  }
  return {};
}

}  // namespace

Result<HistogramLiteral> AddHistograms(const HistogramLiteral& base,
                                       const HistogramLiteral& change,
                                       double sign) {
  SW_TRY(CheckCompatible(base, change));
  HistogramLiteral total = base;
  const int levels = change.schema - base.schema;
  SW_TRY(AddBuckets(total.positive, change.positive, levels, sign));
  SW_TRY(AddBuckets(total.negative, change.negative, levels, sign));
  total.sum += sign * change.sum;
  total.count += sign * change.count;
  total.zero_count += sign * change.zero_count;
  total.reset_hint = Merge(base.reset_hint, change.reset_hint);
  return total;
}

}  // namespace sidewatch::promql
