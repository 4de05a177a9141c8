#include <algorithm>
#include <utility>
#include <vector>

#include "exporter/tsdb/head.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::size_t kPiece = 1024;  // Series held at once.

}  // namespace

Status Head::Truncate(TimePoint now) {
  const std::optional<TimePoint> oldest = Oldest(now);
  TruncateSeries(LimitByBytes(oldest.value_or(TimePoint::min())));
  if (journal_ == nullptr || !oldest.has_value()) {
    return {};
  }
  return journal_->Truncate(SegmentStart(*oldest));
}

void Head::TruncateSeries(TimePoint limit) {
  std::vector<std::uint32_t> empty;
  for (std::size_t begin = 0; begin < table_.slots(); begin += kPiece) {
    for (const auto& series : table_.Piece(begin, kPiece)) {
      const MemSeries::Dropped dropped = series->Truncate(limit);
      counters_.stored -= dropped.samples;
      counters_.chunk_bytes -= dropped.bytes;
      counters_.chunks -= dropped.chunks;
      if (series->empty()) {
        empty.push_back(series->slot());
      }
    }
  }
  counters_.dropped_series += static_cast<std::int64_t>(table_.DropEmpty(empty));
}

TimePoint Head::LimitByBytes(TimePoint limit) const {
  const std::size_t held = table_.FixedBytes() + static_cast<std::size_t>(std::max<std::int64_t>(
                                                     counters_.chunk_bytes, 0));
  if (options_.max_bytes == 0 || held <= options_.max_bytes) {
    return limit;
  }
  std::vector<std::pair<std::int64_t, std::size_t>> chunks;  // Time of the newest sample, bytes.
  for (std::size_t begin = 0; begin < table_.slots(); begin += kPiece) {
    for (const auto& series : table_.Piece(begin, kPiece)) {
      series->ForEachChunk(
          [&chunks](std::int64_t last, std::size_t bytes) { chunks.emplace_back(last, bytes); });
    }
  }
  std::ranges::sort(chunks);
  std::size_t freed = 0;
  for (const auto& [last, bytes] : chunks) {
    if (freed >= held - options_.max_bytes) {
      break;
    }
    freed += bytes;
    limit = std::max(limit, FromUnixMillis(last + 1));
  }
  return limit;
}

}  // namespace sidewatch::tsdb
