#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/storage/appender.h"
#include "exporter/storage/journal.h"
#include "exporter/storage/queryable.h"
#include "exporter/tsdb/mem_series.h"
#include "exporter/tsdb/series_table.h"

namespace sidewatch::tsdb {

struct HeadOptions {
  Duration retention = std::chrono::hours(24);  ///< 0: samples of any age are kept.
  std::size_t max_series = 50'000;
  Duration out_of_order_window = Duration(0);  ///< How much older than the newest a sample may be.
  std::size_t max_bytes = 0;                   ///< The oldest chunks go above this; 0: no bound.
};

/// The state of the head, for its metrics and for status/tsdb. Counts since the start.
struct HeadStats {
  std::size_t series = 0;
  std::int64_t chunks = 0;
  std::int64_t chunk_bytes = 0;     ///< What sealed chunks keep allocated.
  std::size_t fixed_bytes = 0;      ///< Series without their chunks, and the index; about.
  std::int64_t samples_stored = 0;  ///< Now.
  std::int64_t samples_appended = 0;
  std::int64_t out_of_order = 0;  ///< Of those, the ones that were not the newest.
  std::int64_t duplicates = 0;    ///< Ignored: same time and value.
  std::int64_t refused_too_old = 0;
  std::int64_t refused_conflict = 0;  ///< Same time, another value.
  std::int64_t refused_series = 0;    ///< Over max_series.
  std::int64_t series_created = 0;
  std::int64_t series_dropped = 0;
  std::int64_t journal_bytes = 0;
  std::int64_t journal_errors = 0;  ///< Batches that are in memory only.
  std::string last_journal_error;   ///< Empty: the last batch was written.
  std::int64_t replayed_samples = 0;
  std::int64_t replay_lost_batches = 0;  ///< Not readable.
  std::int64_t replay_lost_samples =
      0;  ///< Of series whose labels were in a lost batch, or refused.
  std::int64_t first_at =
      0;  ///< Unix milliseconds of the oldest and newest sample; 0 if there is none.
  std::int64_t last_at = 0;
};

/// The series of the last hours in memory, with a journal for the next start.
///
/// Commit() of its appenders makes a batch visible, then writes it to the journal. A journal that
/// fails is not an error of Commit(), as the program goes on in memory: see HeadStats.
///
/// LabelNames and LabelValues without matchers answer from the index for any range with samples.
///
/// Lifetime: `clock` and `journal` (may be null) outlive it; it outlives its appenders. Series that
/// were selected may outlive it. Threads: safe.
class Head final : public storage::Appendable, public storage::Queryable {
 public:
  Head(const HeadOptions& options, const Clock& clock, storage::Journal* journal);
  ~Head() override;

  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  /// Reads the journal into the head, skipping what is damaged or past retention. Once, before the
  /// first append. Errors: of the journal; what was read until then is there.
  Status Replay();

  /// Forgets what is past retention or over max_bytes, series without samples, and the journal's
  /// batches of whole past segments. Once a minute or so. Errors: of the journal; the memory is
  /// truncated all the same.
  Status Truncate(TimePoint now);

  HeadStats Stats() const;

  /// For status/tsdb, at most `most` of each, the largest first.
  std::vector<LabelCount> SeriesByMetricName(std::size_t most) const;
  std::vector<LabelCount> ValuesByLabelName(std::size_t most) const;
  std::vector<LabelCount> SeriesByLabelPair(std::size_t most) const;  ///< `name=value`.

  std::unique_ptr<storage::Appender> NewAppender() override;
  Result<storage::SeriesSet> Select(std::span<const Matcher> matchers,
                                    const storage::TimeRange& range) const override;
  Result<std::vector<std::string>> LabelNames(std::span<const Matcher> matchers,
                                              const storage::TimeRange& range) const override;
  Result<std::vector<std::string>> LabelValues(std::string_view name,
                                               std::span<const Matcher> matchers,
                                               const storage::TimeRange& range) const override;

 private:
  friend class HeadAppender;
  class Replayer;

  /// Counted by appenders without a lock.
  struct Counters {
    std::atomic<std::int64_t> chunks = 0;
    std::atomic<std::int64_t> chunk_bytes = 0;
    std::atomic<std::int64_t> stored = 0;
    std::atomic<std::int64_t> appended = 0;
    std::atomic<std::int64_t> out_of_order = 0;
    std::atomic<std::int64_t> duplicates = 0;
    std::atomic<std::int64_t> too_old = 0;
    std::atomic<std::int64_t> conflict = 0;
    std::atomic<std::int64_t> refused_series = 0;
    std::atomic<std::int64_t> dropped_series = 0;
    std::atomic<std::int64_t> journal_bytes = 0;
    std::atomic<std::int64_t> journal_errors = 0;
    std::atomic<std::int64_t> replayed = 0;
    std::atomic<std::int64_t> lost_batches = 0;
    std::atomic<std::int64_t> lost_samples = 0;
  };

  void Count(const MemSeries::Appended& appended);
  bool WriteJournal(std::string_view batch, TimePoint newest);
  /// Whatever is older is past retention at `now`. Nothing: all is kept.
  std::optional<TimePoint> Oldest(TimePoint now) const;
  static std::int64_t SegmentOf(std::int64_t at);
  static TimePoint SegmentStart(TimePoint at);
  TimePoint LimitByBytes(TimePoint limit) const;
  void TruncateSeries(TimePoint limit);

  const HeadOptions options_;
  const Clock& clock_;
  storage::Journal* const journal_;
  SeriesTable table_;
  Counters counters_;
  mutable Mutex mutex_;
  std::string last_journal_error_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::tsdb
