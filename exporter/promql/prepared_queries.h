#pragma once

#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/promql/engine.h"

namespace sidewatch::promql {

/// The queries that were asked last, parsed once: a dashboard asks the same few again and again,
/// and of a small one parsing is a quarter of the work.
///
/// Keeps 128 of them, of at most 1 KiB text each. Threads: safe.
class PreparedQueries {
 public:
  explicit PreparedQueries(const ParserOptions& options) : options_(options) {}

  /// Errors: those of PreparedQuery::Parse.
  Result<PreparedQuery> Get(std::string_view text);

 private:
  using Kept = std::list<PreparedQuery>;

  std::optional<PreparedQuery> Find(std::string_view text);
  void Keep(const PreparedQuery& query);

  const ParserOptions options_;
  Mutex mutex_;
  Kept kept_ SW_GUARDED_BY(mutex_);  // Those asked last stand first.
  std::unordered_map<std::string_view, Kept::iterator> by_text_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::promql
