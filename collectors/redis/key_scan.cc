#include "collectors/redis/key_scan.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::redis {

namespace {

/// A SCAN that is under way.
struct Walk {
  const KeySpec* pattern = nullptr;
  std::string cursor = "0";
  bool done = false;
  std::size_t command = 0;
};

class Scanner {
 public:
  Scanner(std::span<const KeySpec> patterns, std::size_t most, CheckRun& run)
      : results_(patterns.size()), most_(most), run_(run) {
    walks_.reserve(patterns.size());
    for (const KeySpec& pattern : patterns) {
      walks_.push_back({.pattern = &pattern});
    }
  }

  std::vector<Scanned> Run() {
    while (Step()) {
    }
    return std::move(results_);
  }

 private:
  /// False: all are done, or no more can be asked.
  bool Step() {
    Batch batch;
    const std::string count = std::to_string(run_.options.batch_size);
    for (Walk& walk : walks_) {
      if (!walk.done) {
        walk.command = batch.Add(walk.pattern->database,
                                 {"SCAN", walk.cursor, "MATCH", walk.pattern->key, "COUNT", count});
      }
    }
    if (batch.empty() || !run_.Send(batch)) {
      return false;
    }
    for (std::size_t i = 0; i < walks_.size(); ++i) {
      if (!walks_[i].done) {
        Take(walks_[i], batch.Reply(walks_[i].command), results_[i]);
      }
    }
    return true;
  }

  void Take(Walk& walk, const redisReply& reply, Scanned& result) {
    const auto parts = ReplyItems(reply);
    if (run_.Refused(reply) || parts.size() != 2) {
      walk.done = true;
      return;
    }
    for (const redisReply* key : ReplyItems(*parts[1])) {
      ++result.count;
      if (kept_ < most_) {
        result.keys.push_back(
            {.database = walk.pattern->database, .key = std::string(ReplyText(*key))});
        ++kept_;
      } else if (most_ > 0) {
        run_.Problem("limit_exceeded",
                     fmt::format("pattern {} finds more keys than check_limit allows ({})",
                                 walk.pattern->key,
                                 run_.options.limit));
        walk.done = true;
        return;
      }
    }
    walk.cursor = ReplyText(*parts[0]);
    walk.done = result.complete = walk.cursor == "0";
  }

  std::vector<Walk> walks_;
  std::vector<Scanned> results_;
  std::size_t most_;
  std::size_t kept_ = 0;
  CheckRun& run_;
};

/// As the peer tells patterns from names.
bool IsPattern(const std::string& key) {
  return key.find_first_of("?*[]^") != std::string::npos;
}

}  // namespace

std::vector<Scanned> ScanKeys(std::span<const KeySpec> patterns, std::size_t most, CheckRun& run) {
  return Scanner(patterns, most, run).Run();
}

std::vector<KeySpec> ExpandKeys(std::span<const KeySpec> single,
                                std::span<const KeySpec> patterns,
                                CheckRun& run) {
  std::vector<KeySpec> keys(single.begin(), single.end());
  std::vector<KeySpec> scanned;
  for (const KeySpec& pattern : patterns) {
    (IsPattern(pattern.key) ? scanned : keys).push_back(pattern);
  }
  const std::size_t room = run.options.limit - std::min(run.options.limit, keys.size());
  if (!scanned.empty() && room == 0) {
    run.Problem("limit_exceeded", "check_limit leaves no room for what patterns find");
    scanned.clear();
  }
  for (Scanned& found : ScanKeys(scanned, room, run)) {
    keys.insert(keys.end(), found.keys.begin(), found.keys.end());
  }
  // A SCAN may tell a key twice, and so may two patterns. By database: one SELECT for each.
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace sidewatch::redis
