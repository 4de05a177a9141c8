#include "exporter/promql/annotations.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/clock.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/label_set.h"
#include "exporter/promql/go_format.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

std::string ForMetric(std::string_view metric) {
  return metric.empty() ? "" : " for metric name " + Quoted(metric);
}

/// `2006-01-02T15:04:05Z`.
std::string WholeSecond(std::int64_t millis) {
  return FormatRfc3339Nano(std::chrono::floor<std::chrono::seconds>(FromUnixMillis(millis)));
}

}  // namespace

std::string Annotations::Place(PositionRange at) const {
  const std::string_view before = query_.substr(0, std::min<std::size_t>(at.begin, query_.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  return fmt::format(" ({}:{})", line, before.size() - line_start + 1);
}

void Annotations::Warn(std::string text) {
  const MutexLock lock(mutex_);
  warnings_.insert(std::move(text));
}

void Annotations::InvalidQuantile(double quantile, PositionRange at) {
  Warn(fmt::format("PromQL warning: quantile value should be between 0 and 1, got {}{}",
                   FormatGoG(quantile),
                   Place(at)));
}

void Annotations::InvalidRatio(double ratio, double capped, PositionRange at) {
  Warn(
      fmt::format("PromQL warning: ratio value should be between -1 and 1, got {}, capping to {}{}",
                  FormatGoG(ratio),
                  FormatGoG(capped),
                  Place(at)));
}

void Annotations::BadBucketLabel(std::string_view metric,
                                 std::string_view value,
                                 PositionRange at) {
  Warn(fmt::format(
      R"(PromQL warning: bucket label "le" is missing or has a malformed value of {}{}{})",
      Quoted(value),
      ForMetric(metric),
      Place(at)));
}

void Annotations::SortInRangeQuery(PositionRange at) {
  Warn(
      "PromQL warning: sort is ineffective for range queries since results are always ordered by "
      "labels" +
      Place(at));
}

void Annotations::PossibleNonCounter(std::string_view metric, PositionRange at) {
  const MutexLock lock(mutex_);
  infos_.insert(
      fmt::format("PromQL info: metric might not be a counter, name does not end in "
                  "_total/_sum/_count/_bucket: {}{}",
                  Quoted(metric),
                  Place(at)));
}

void Annotations::ForcedMonotonicity(std::string_view metric,
                                     PositionRange at,
                                     const Monotonicity& seen) {
  const std::string key = ForMetric(metric) + '\n' + Place(at);
  const auto [found, is_new] = monotonicity_.try_emplace(key, seen);
  if (is_new) {
    return;
  }
  Monotonicity& all = found->second;
  all.min_bucket = std::min(all.min_bucket, seen.min_bucket);
  all.max_bucket = std::max(all.max_bucket, seen.max_bucket);
  all.max_difference = std::max(all.max_difference, seen.max_difference);
  all.first = std::min(all.first, seen.first);
  all.last = std::max(all.last, seen.last);
  all.count += seen.count;
}

std::vector<std::string> Annotations::Warnings() const {
  const MutexLock lock(mutex_);
  return {warnings_.begin(), warnings_.end()};
}

std::vector<std::string> Annotations::Infos() const {
  std::vector<std::string> infos;
  {
    const MutexLock lock(mutex_);
    infos.assign(infos_.begin(), infos_.end());
  }
  for (const auto& [key, seen] : monotonicity_) {
    const std::size_t middle = key.find_last_of('\n');
    infos.push_back(fmt::format(
        "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see "
        "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){}, "
        "from buckets {} to {}, with a max diff of {:.2g}, over {} samples from {} to {}{}",
        key.substr(0, middle),
        FormatGoG(seen.min_bucket),
        FormatGoG(seen.max_bucket),
        seen.max_difference,
        seen.count,
        WholeSecond(seen.first),
        WholeSecond(seen.last),
        key.substr(middle + 1)));
  }
  std::ranges::sort(infos);
  return infos;
}

}  // namespace sidewatch::promql
