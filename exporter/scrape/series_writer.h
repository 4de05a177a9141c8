#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/metric.h"
#include "exporter/model/sample.h"
#include "exporter/scrape/stored_labels.h"
#include "exporter/scrape/target.h"
#include "exporter/storage/appender.h"

namespace sidewatch::scrape {

/// What became of the samples of one run.
struct WriteReport {
  std::size_t scraped = 0;
  std::size_t after_relabelling = 0;
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

  /// Whether the samples of a run keep the target's limits; if not, the run counts as failed.
  /// Errors: kLimitExceeded and kProtocol, in Prometheus' words.
  Status Admit(const std::vector<MetricFamily>& families);

  /// Appends the run's samples and its own `up` and `scrape_*` series in one batch.
  WriteReport Write(const std::vector<MetricFamily>& families,
                    TimePoint at,
                    bool up,
                    double seconds);

  /// The series that each run writes of itself.
  static std::span<const MetricDescriptor> OwnRows();

  /// Ends all series of the target, when it is removed.
  void EndAll(TimePoint at);

 private:
  struct Known {
    storage::SeriesRef ref{};
    std::uint64_t run = 0;
    bool dropped = false;  ///< By relabelling: it has no series.
    bool stated = false;   ///< Its times come from the page, which also says when it ends.
  };

  bool IsStored(const LabelSet& labels, Status& checked) const;
  /// A sample that is not known yet, or whose series the store dropped.
  void Append(storage::Appender& appender,
              const MetricSample& sample,
              TimePoint at,
              Known& known,
              WriteReport& report);
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
  StoredLabels labels_;
  std::unordered_map<LabelSet, Known, LabelSetHash> known_;
  std::array<storage::SeriesRef, kOwnSeries> own_{};
  std::uint64_t run_ = 0;
  WriteReport refused_;  // What Admit counted in a run that it refused.
};

}  // namespace sidewatch::scrape
