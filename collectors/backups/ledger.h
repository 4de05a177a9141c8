#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/backups/scan.h"
#include "collectors/backups/verification.h"
#include "exporter/scrape/memory.h"

namespace sidewatch::backups {

/// The newest good backup that was ever seen.
struct Success {
  std::string identity;
  NamePeriod period;
};

/// What one set of files is remembered by, over restarts.
///
/// In state.db: `NAME/PATH/SIZE/MTIME` a verdict, `NAME#FILE` everything else. Nothing is read or
/// written until Load(). Threads: one.
class Ledger {
 public:
  /// `memory` may be null: then nothing outlives the program.
  Ledger(std::string target, std::string file, scrape::Memory* memory)
      : target_(std::move(target)), file_(std::move(file)), memory_(memory) {}

  /// Once, in the first run. Errors of the memory are not ours to tell: storage tells them.
  void Load();

  /// Writes what changed, if anything did.
  void Save();

  std::optional<Finding> FindVerdict(const FoundFile& file) const;
  void Remember(const FoundFile& file, Finding finding);

  /// Forgets the verdicts of files that are not listed any more.
  void Prune(const std::vector<FoundFile>& listed);

  /// Makes `now` the faults there are; counts those that are new and returns them.
  std::vector<Fault> Update(const std::vector<Fault>& now);

  const std::map<std::string, std::uint64_t>& errors() const { return errors_; }

  /// The median of the sizes before `identity`. Nothing: there was none.
  std::optional<double> MedianBefore(const std::string& identity) const;
  void AddSize(const FoundFile& file);

  const std::optional<Success>& last_success() const { return last_success_; }

  void SetLastSuccess(std::optional<Success> success);

  std::uint64_t missed() const { return missed_; }

  /// Every due time until this one is judged.
  std::optional<TimePoint> judged() const { return judged_; }

  void SetJudged(TimePoint due, bool missed);

  bool kept_enough() const { return kept_enough_; }

  void SetKeptEnough();

 private:
  std::string StateKey() const;
  void ReadLine(std::string_view key, std::string_view value);
  std::string Written() const;

  std::string target_;
  std::string file_;
  scrape::Memory* memory_;
  bool loaded_ = false;
  bool dirty_ = false;
  std::map<std::string, Finding, std::less<>> verdicts_;  ///< By identity.
  std::set<std::string> unsaved_;
  std::vector<std::string> forgotten_;
  std::map<std::string, std::uint64_t> errors_;
  std::set<std::string> open_faults_;
  std::map<std::string, std::pair<std::int64_t, std::uint64_t>> sizes_;  ///< Identity: time, bytes.
  std::optional<Success> last_success_;
  std::uint64_t missed_ = 0;
  std::optional<TimePoint> judged_;
  bool kept_enough_ = false;
};

}  // namespace sidewatch::backups
