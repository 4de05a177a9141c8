#include "exporter/tsdb/head.h"

#include <algorithm>
#include <set>
#include <utility>

#include "exporter/tsdb/head_appender.h"

namespace sidewatch::tsdb {
namespace {

using std::chrono_literals::operator""h;

// The labels of a series are written again in each segment of the journal, so that the segments
// before it can be deleted.
constexpr std::int64_t kSegment = Duration(1h).count();

constexpr std::size_t kPiece = 1024;  // Series looked at before others may create one.

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Of all samples.
MemSeries::Extent ExtentOf(const SeriesTable& table) {
  MemSeries::Extent all;
  for (std::size_t begin = 0; begin < table.slots(); begin += kPiece) {
    for (const auto& series : table.Piece(begin, kPiece)) {
      const MemSeries::Extent extent = series->extent();
      all = {std::min(all.first, extent.first), std::max(all.last, extent.last)};
    }
  }
  return all;
}

/// Whether the times of all samples, taken together, reach into `range`.
bool Meets(const SeriesTable& table, const storage::TimeRange& range) {
  const MemSeries::Extent all = ExtentOf(table);
  return all.first <= ToUnixMillis(range.to) && ToUnixMillis(range.from) <= all.last;
}

}  // namespace

Head::Head(const HeadOptions& options, const Clock& clock, storage::Journal* journal)
    : options_(options), clock_(clock), journal_(journal), table_(options.max_series) {}

Head::~Head() = default;

std::unique_ptr<storage::Appender> Head::NewAppender() {
  return std::make_unique<HeadAppender>(*this);
}

void Head::Count(const MemSeries::Appended& appended) {
  switch (appended.verdict) {
    case Verdict::kOutOfOrder:
      ++counters_.out_of_order;
      [[fallthrough]];
    case Verdict::kAppended:
      ++counters_.appended;
      ++counters_.stored;
      counters_.chunk_bytes += appended.bytes;
      counters_.chunks += appended.chunks;
      break;
    case Verdict::kDuplicate:
      ++counters_.duplicates;
      break;
    case Verdict::kConflict:
      ++counters_.conflict;
      break;
    case Verdict::kTooOld:
      ++counters_.too_old;
      break;
  }
}

std::optional<TimePoint> Head::Oldest(TimePoint now) const {
  return options_.retention.count() == 0 ? std::nullopt : std::optional(now - options_.retention);
}

std::int64_t Head::SegmentOf(std::int64_t at) {
  return FloorDivide(at, kSegment);
}

TimePoint Head::SegmentStart(TimePoint at) {
  return FromUnixMillis(SegmentOf(ToUnixMillis(at)) * kSegment);
}

bool Head::WriteJournal(std::string_view batch, TimePoint newest) {
  const Status written = journal_->Write(batch, newest);
  if (written.has_value()) {
    counters_.journal_bytes += static_cast<std::int64_t>(batch.size());
  } else {
    ++counters_.journal_errors;
  }
  const MutexLock lock(mutex_);
  last_journal_error_ = written.has_value() ? std::string() : written.error().message;
  return written.has_value();
}

Result<storage::SeriesSet> Head::Select(std::span<const Matcher> matchers,
                                        const storage::TimeRange& range) const {
  return table_.Select(matchers, range);
}

Result<std::vector<std::string>> Head::LabelNames(std::span<const Matcher> matchers,
                                                  const storage::TimeRange& range) const {
  if (matchers.empty()) {
    if (!Meets(table_, range)) {
      return std::vector<std::string>();
    }
    return table_.WithIndex([](const PostingsIndex& index) { return index.Names(); });
  }
  std::set<std::string, std::less<>> names;
  for (const auto& series : table_.Select(matchers, range)) {
    for (const Label label : series->labels()) {
      if (!names.contains(label.name)) {
        names.emplace(label.name);
      }
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<std::string>> Head::LabelValues(std::string_view name,
                                                   std::span<const Matcher> matchers,
                                                   const storage::TimeRange& range) const {
  if (matchers.empty()) {
    if (!Meets(table_, range)) {
      return std::vector<std::string>();
    }
    return table_.WithIndex([name](const PostingsIndex& index) { return index.Values(name); });
  }
  std::set<std::string, std::less<>> values;
  for (const auto& series : table_.Select(matchers, range)) {
    const std::string_view value = series->labels().Get(name);
    if (!value.empty() && !values.contains(value)) {
      values.emplace(value);
    }
  }
  return std::vector<std::string>(values.begin(), values.end());
}

HeadStats Head::Stats() const {
  HeadStats stats;
  stats.series = table_.size();
  stats.chunks = counters_.chunks;
  stats.chunk_bytes = counters_.chunk_bytes;
  stats.fixed_bytes = table_.FixedBytes();
  stats.samples_stored = counters_.stored;
  stats.samples_appended = counters_.appended;
  stats.out_of_order = counters_.out_of_order;
  stats.duplicates = counters_.duplicates;
  stats.refused_too_old = counters_.too_old;
  stats.refused_conflict = counters_.conflict;
  stats.refused_series = counters_.refused_series;
  stats.series_dropped = counters_.dropped_series;
  stats.series_created = static_cast<std::int64_t>(stats.series) + stats.series_dropped;
  stats.journal_bytes = counters_.journal_bytes;
  stats.journal_errors = counters_.journal_errors;
  stats.replayed_samples = counters_.replayed;
  stats.replay_lost_batches = counters_.lost_batches;
  stats.replay_lost_samples = counters_.lost_samples;
  const MemSeries::Extent all = ExtentOf(table_);
  if (all.first <= all.last) {
    stats.first_at = all.first;
    stats.last_at = all.last;
  }
  const MutexLock lock(mutex_);
  stats.last_journal_error = last_journal_error_;
  return stats;
}

std::vector<LabelCount> Head::SeriesByMetricName(std::size_t most) const {
  return table_.WithIndex(
      [most](const PostingsIndex& index) { return index.ValuesBySeries(kMetricName, most); });
}

std::vector<LabelCount> Head::ValuesByLabelName(std::size_t most) const {
  return table_.WithIndex([most](const PostingsIndex& index) { return index.NamesByValues(most); });
}

std::vector<LabelCount> Head::SeriesByLabelPair(std::size_t most) const {
  return table_.WithIndex([most](const PostingsIndex& index) { return index.PairsBySeries(most); });
}

}  // namespace sidewatch::tsdb
