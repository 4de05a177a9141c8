#include "exporter/promql/prepared_queries.h"

#include <cstddef>

namespace sidewatch::promql {
namespace {

constexpr std::size_t kMost = 128;
constexpr std::size_t kLongestText = 1024;

}  // namespace

Result<PreparedQuery> PreparedQueries::Get(std::string_view text) {
  if (std::optional<PreparedQuery> known = Find(text)) {
    return *std::move(known);
  }
  Result<PreparedQuery> query = PreparedQuery::Parse(text, options_);
  if (query.has_value() && text.size() <= kLongestText) {
    Keep(*query);
  }
  return query;
}

std::optional<PreparedQuery> PreparedQueries::Find(std::string_view text) {
  const MutexLock lock(mutex_);
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) {
    return std::nullopt;
  }
  kept_.splice(kept_.begin(), kept_, found->second);
  return kept_.front();
}

void PreparedQueries::Keep(const PreparedQuery& query) {
  const MutexLock lock(mutex_);
  if (by_text_.contains(query.text())) {
    return;  // Another thread was quicker.
  }
  kept_.push_front(query);
  by_text_.emplace(kept_.front().text(), kept_.begin());
  if (kept_.size() > kMost) {
    by_text_.erase(kept_.back().text());
    kept_.pop_back();
  }
}

}  // namespace sidewatch::promql
