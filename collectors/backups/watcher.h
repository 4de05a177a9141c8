#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/backups/judge.h"
#include "collectors/backups/ledger.h"
#include "collectors/backups/options.h"
#include "collectors/backups/scan.h"
#include "collectors/backups/verification.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::backups {

/// When the pieces of a run must end.
struct RunSlices {
  Slice scan;
  Slice verify;
};

/// Watches one set of files from run to run. Threads: one run at a time.
class Watcher {
 public:
  /// `options` outlives the watcher.
  Watcher(const Options& options, const FileSet& set, const scrape::CollectorDeps& deps);

  /// Errors: kNotFound, kPermissionDenied  the folder cannot be read; what is remembered is shown
  /// nevertheless. kDeadlineExceeded  the folder was not read to its end in time.
  Status Run(const RunSlices& slices, scrape::SampleSink& sink);

 private:
  struct Seen {
    std::string identity;
    bool complete = false;
  };

  void Look(const RunSlices& slices);
  void LookAgainAtNewest();
  void FollowGrowth();
  bool IsComplete(const FoundFile& file) const;
  void Verify(const FoundFile& file, const Slice& slice);
  std::optional<Fault> FaultOf(const FoundFile& file);
  void FindNewestGood(const Slice& slice);
  bool IsGood(const FoundFile& file, const Slice& slice);
  void RememberSizes(const std::set<std::string>& bad);
  void AddStateFaults();
  void AddKeepFault();
  void TellFresh();
  void FollowProblems();
  void ShowNewest(const FoundFile& newest, scrape::SampleSink& sink);
  void Show(scrape::SampleSink& sink);
  void ShowPlan(scrape::SampleSink& sink);
  Status Ended() const;

  const Options& options_;
  const FileSet& set_;
  const Clock& clock_;
  Logger log_;
  Ledger ledger_;
  cron::DueTimes times_;

  Listing listing_;
  std::optional<SteadyTime> next_scan_;
  std::map<std::string, Seen> seen_;  ///< By path; of the files of the listing.

  std::string verifying_;  ///< The identity that `verification_` reads.
  std::unique_ptr<Verification> verification_;
  std::map<std::string, std::string> words_;  ///< What is wrong with an identity.
  std::map<std::string, Finding> passing_;    ///< Failures that are tried again in each run.

  std::vector<Fault> faults_;
  std::set<std::string> problems_;  ///< The reasons of what is wrong.
  std::vector<NamePeriod> good_;
  const FoundFile* newest_ = nullptr;  ///< The newest complete one of this run's listing.
  bool writing_ = false;               ///< A newer one is there that is not complete.
};

}  // namespace sidewatch::backups
