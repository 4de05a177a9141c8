#include "exporter/tsdb/bulk_writer.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "exporter/base/number.h"
#include "exporter/base/rfc3339.h"
#include "exporter/tsdb/chunk_batch.h"
#include "exporter/tsdb/mem_series.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::size_t kMostOpenSamples = std::size_t{8} << 20U;
constexpr std::size_t kMostSealedBytes = std::size_t{8} << 20U;
constexpr std::size_t kBatchBytes = std::size_t{256} << 10U;
// 36 million years: differences of such times never overflow.
constexpr std::int64_t kFarthest = std::int64_t{1} << 60;

}  // namespace

std::uint32_t BulkWriter::SeriesOf(const LabelSet& labels) {
  const auto [found, is_new] =
      numbers_.try_emplace(labels, static_cast<std::uint32_t>(series_.size()));
  if (is_new) {
    series_.push_back({.labels = labels, .open = {}, .sealed = {}});
    ++totals_.series;
  }
  return found->second;
}

Status BulkWriter::Add(std::uint32_t number, std::int64_t at, double value) {
  Series& series = series_[number];
  if (at > kFarthest || at < -kFarthest) {
    return Fail(ErrorCode::kInvalidArgument,
                "sample of {} has the impossible time {} ms",
                series.labels.ToString(),
                at);
  }
  if (series.open.times.empty() || at > series.open.times.back()) {
    series.open.times.push_back(at);
    series.open.values.push_back(value);
    ++open_samples_;
    ++totals_.samples;
  } else {
    SW_TRY(Insert(series, at, value));
  }
  totals_.first = std::min(totals_.first, at);
  totals_.last = std::max(totals_.last, at);
  if (series.open.size() >= kFullChunk) {
    return Seal(number);
  }
  return open_samples_ < kMostOpenSamples ? Status() : SealAll();
}

Status BulkWriter::Insert(Series& series, std::int64_t at, double value) {
  const auto place = std::ranges::lower_bound(series.open.times, at);
  const auto index = place - series.open.times.begin();
  const auto here = series.open.values.begin() + index;
  if (*place != at) {
    series.open.times.insert(place, at);
    series.open.values.insert(here, value);
    ++open_samples_;
    ++totals_.samples;
    return {};
  }
  if (std::bit_cast<std::uint64_t>(*here) == std::bit_cast<std::uint64_t>(value)) {
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "{} has two values at {}: {} and {}",
              series.labels.ToString(),
              FormatRfc3339(FromUnixMillis(at)),
              FormatNumber(*here),
              FormatNumber(value));
}

Status BulkWriter::Seal(std::uint32_t number) {
  Series& series = series_[number];
  if (series.open.times.empty()) {
    return {};
  }
  if (series.sealed.empty()) {
    with_sealed_.push_back(number);
  } else if (series.sealed.back().size() < kFullFlatChunk) {
    if (auto extended =
            encoder_.ExtendFlat(series.sealed.back(), series.open.times, series.open.values)) {
      series.sealed.back() = std::move(*extended);
      open_samples_ -= series.open.size();
      series.open.clear();
      return {};
    }
  }
  series.sealed.push_back(encoder_.Encode(series.open.times, series.open.values));
  sealed_bytes_ += series.sealed.back().AllocatedBytes();
  open_samples_ -= series.open.size();
  series.open.clear();
  return sealed_bytes_ < kMostSealedBytes ? Status() : Flush();
}

Status BulkWriter::SealAll() {
  for (std::uint32_t number = 0; number < series_.size(); ++number) {
    SW_TRY(Seal(number));
    series_[number].open = {};
  }
  return Flush();
}

std::size_t BulkWriter::SealedBytes(const Series& series) {
  std::size_t bytes = 0;
  for (const Chunk& chunk : series.sealed) {
    bytes += chunk.AllocatedBytes();
  }
  return bytes;
}

Status BulkWriter::Flush() {
  std::size_t begin = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < with_sealed_.size(); ++i) {
    bytes += SealedBytes(series_[with_sealed_[i]]);
    if (bytes < kBatchBytes) {
      continue;
    }
    SW_TRY(WriteBatch(begin, i + 1));
    begin = i + 1;
    bytes = 0;
  }
  SW_TRY(WriteBatch(begin, with_sealed_.size()));
  with_sealed_.clear();
  sealed_bytes_ = 0;
  return {};
}

Status BulkWriter::WriteBatch(std::size_t begin, std::size_t end) {
  if (begin == end) {
    return {};
  }
  std::vector<JournalChunks> batch;
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  for (const std::uint32_t number : std::span(with_sealed_).subspan(begin, end - begin)) {
    Series& series = series_[number];
    for (const Chunk& chunk : series.sealed) {
      newest = std::max(newest, chunk.last());
    }
    batch.push_back({series.labels, std::exchange(series.sealed, {})});
  }
  std::string bytes;
  EncodeChunkBatch(batch, bytes);
  totals_.bytes += static_cast<std::int64_t>(bytes.size());
  return write_(bytes, FromUnixMillis(newest));
}

Status BulkWriter::Finish() {
  return SealAll();
}

}  // namespace sidewatch::tsdb
