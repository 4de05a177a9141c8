#include "exporter/tsdb/tail.h"

#include <limits>

namespace sidewatch::tsdb {

bool Tail::Fits(std::int64_t at) const {
  return empty() ||
         (size_ < kSamples && static_cast<std::uint64_t>(at) - static_cast<std::uint64_t>(base_) <=
                                  std::numeric_limits<std::uint32_t>::max());
}

void Tail::Insert(std::int64_t at, double value) {
  if (empty()) {
    base_ = at;
  }
  const auto offset = static_cast<std::uint32_t>(at - base_);
  std::size_t place = size_;
  for (; place > 0 && offsets_[place - 1] > offset; --place) {
    offsets_[place] = offsets_[place - 1];
    values_[place] = values_[place - 1];
  }
  offsets_[place] = offset;
  values_[place] = value;
  ++size_;
}

}  // namespace sidewatch::tsdb
