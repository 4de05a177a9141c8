#include "exporter/tsdb/head_appender.h"

#include <algorithm>
#include <utility>

#include "exporter/base/number.h"
#include "exporter/base/rfc3339.h"
#include "exporter/tsdb/head.h"

namespace sidewatch::tsdb {
namespace {

// 36 million years: differences of such times never overflow.
constexpr std::int64_t kFarthest = std::int64_t{1} << 60;

tl::unexpected<Error> FailFor(Verdict verdict, const MemSeries& series, const Sample& sample) {
  if (verdict == Verdict::kConflict) {
    return Fail(ErrorCode::kInvalidArgument,
                "sample of {} at {} has value {}, but another value is stored for that time",
                series.labels().ToString(),
                FormatRfc3339(sample.at),
                FormatNumber(sample.value));
  }
  return Fail(ErrorCode::kInvalidArgument,
              "sample of {} at {} is too old: the newest is of {}",
              series.labels().ToString(),
              FormatRfc3339(sample.at),
              FormatRfc3339(FromUnixMillis(series.extent().last)));
}

}  // namespace

Result<storage::SeriesRef> HeadAppender::Append(const LabelSet& labels,
                                                TimePoint at,
                                                double value) {
  Result<std::shared_ptr<MemSeries>> series = head_.table_.FindOrCreate(labels);
  if (!series.has_value()) {
    ++head_.counters_.refused_series;
    return Fail(std::move(series).error());
  }
  const storage::SeriesRef ref = (*series)->ref();
  SW_TRY(Add(std::move(*series), {at, value}));
  return ref;
}

Status HeadAppender::AppendRef(storage::SeriesRef ref, TimePoint at, double value) {
  std::shared_ptr<MemSeries> series = head_.table_.Find(ref);
  if (series == nullptr) {
    return Fail(
        ErrorCode::kNotFound, "series {} is not stored any more", static_cast<std::uint64_t>(ref));
  }
  return Add(std::move(series), {at, value});
}

Status HeadAppender::Add(std::shared_ptr<MemSeries> series, const Sample& sample) {
  const std::int64_t at = ToUnixMillis(sample.at);
  if (at > kFarthest || at < -kFarthest) {
    ++head_.counters_.too_old;
    return Fail(ErrorCode::kInvalidArgument,
                "sample of {} has the impossible time {} ms",
                series->labels().ToString(),
                at);
  }
  const Verdict verdict = series->Check(sample, head_.options_.out_of_order_window);
  if (verdict == Verdict::kTooOld || verdict == Verdict::kConflict) {
    head_.Count({.verdict = verdict});
    return FailFor(verdict, *series, sample);
  }
  pending_.push_back({std::move(series), sample});
  return {};
}

Status HeadAppender::Commit() {
  Apply();
  Journal();
  pending_.clear();
  return {};
}

void HeadAppender::Apply() {
  batch_.clear();
  batch_.samples.reserve(pending_.size());
  std::int64_t appended = 0;
  for (const Pending& pending : pending_) {
    MemSeries& series = *pending.series;
    const MemSeries::Appended result =
        series.Append(pending.sample, head_.options_.out_of_order_window, encoder_);
    // The common case is counted once a batch.
    if (result.verdict == Verdict::kAppended && result.bytes == 0) {
      ++appended;
    } else {
      head_.Count(result);
    }
    if (result.verdict == Verdict::kAppended || result.verdict == Verdict::kOutOfOrder) {
      batch_.samples.push_back(
          {series.slot(), ToUnixMillis(pending.sample.at), pending.sample.value});
    }
  }
  head_.counters_.appended += appended;
  head_.counters_.stored += appended;
}

void HeadAppender::Journal() {
  if (head_.journal_ == nullptr || batch_.samples.empty()) {
    return;
  }
  const std::int64_t newest = std::ranges::max_element(batch_.samples, {}, &JournalSample::at)->at;
  const std::int64_t segment = head_.SegmentOf(newest);
  for (const Pending& pending : pending_) {
    MemSeries& series = *pending.series;
    if (series.journal_segment() < segment) {
      batch_.series.push_back({series.slot(), series.labels()});
    }
  }
  bytes_.clear();
  EncodeBatch(batch_, bytes_);
  if (!head_.WriteJournal(bytes_, FromUnixMillis(newest)) || batch_.series.empty()) {
    return;
  }
  // Only now: labels that were not written are written with the next batch.
  for (const Pending& pending : pending_) {
    pending.series->set_journal_segment(std::max(segment, pending.series->journal_segment()));
  }
}

}  // namespace sidewatch::tsdb
