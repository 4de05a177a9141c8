#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/metric.h"
#include "exporter/model/sample.h"
#include "exporter/scrape/target.h"
#include "exporter/storage/appender.h"

namespace sidewatch::scrape {

/// What became of the samples of one run.
struct WriteReport {
  std::size_t scraped = 0;
  std::size_t added_series = 0;
  std::size_t refused_over_limit = 0;
  std::size_t refused_out_of_order = 0;
  Status committed;
};

/// Writes the runs of one target into the store, labelled as if Prometheus had scraped the peer.
///
/// Remembers the series of the last run: each costs one look-up by its raw labels, and those that a
/// run lacks get a stale marker. Threads: one at a time.
class SeriesWriter {
 public:
  /// `config` and `store` outlive the writer.
  SeriesWriter(const TargetConfig& config, storage::Appendable& store);

  /// Appends the run's samples and its own `up` and `scrape_*` series in one batch.
  WriteReport Write(const std::vector<MetricFamily>& families,
                    TimePoint at,
                    bool up,
                    double seconds);

  /// Ends all series of the target, when it is removed.
  void EndAll(TimePoint at);

 private:
  struct Known {
    storage::SeriesRef ref{};
    std::uint64_t run = 0;
  };

  /// The labels in the store of a sample with the labels `raw`.
  LabelSet StoredLabels(const LabelSet& raw) const;
  void WriteSample(storage::Appender& appender,
                   const MetricSample& sample,
                   TimePoint at,
                   WriteReport& report);
  void WriteOwn(
      storage::Appender& appender, TimePoint at, bool up, double seconds, WriteReport& report);
  void EndMissing(storage::Appender& appender, TimePoint at);

  static constexpr std::size_t kOwnSeries = 5;

  const TargetConfig& config_;
  storage::Appendable& store_;
  LabelSet target_labels_;  // job, instance and the user's own
  std::unordered_map<LabelSet, Known, LabelSetHash> known_;
  std::array<storage::SeriesRef, kOwnSeries> own_{};
  std::uint64_t run_ = 0;
};

}  // namespace sidewatch::scrape
