#include "exporter/tsdb/postings.h"

#include <algorithm>

namespace sidewatch::tsdb {
namespace {

constexpr std::size_t kFew = 16;

}  // namespace

void Postings::Add(std::uint32_t slot) {
  if (many_.has_value()) {
    many_->add(slot);
    return;
  }
  const auto place = std::ranges::lower_bound(few_, slot);
  if (place == few_.end() || *place != slot) {
    few_.insert(place, slot);
  }
  if (few_.size() > kFew) {
    many_.emplace(few_.size(), few_.data());
    few_ = {};
  }
}

void Postings::Remove(std::uint32_t slot) {
  if (many_.has_value()) {
    many_->remove(slot);
    return;
  }
  const auto place = std::ranges::lower_bound(few_, slot);
  if (place != few_.end() && *place == slot) {
    few_.erase(place);
  }
}

bool Postings::empty() const {
  return many_.has_value() ? many_->isEmpty() : few_.empty();
}

void Postings::UniteInto(Roaring& to) const {
  if (many_.has_value()) {
    to |= *many_;
  } else {
    to.addMany(few_.size(), few_.data());
  }
}

std::size_t Postings::size() const {
  return many_.has_value() ? many_->cardinality() : few_.size();
}

}  // namespace sidewatch::tsdb
