#include "collectors/backups/watcher.h"

#include <algorithm>

#include <date/tz.h>
#include <fmt/format.h>

#include "collectors/backups/metrics.h"
#include "exporter/base/duration.h"

namespace sidewatch::backups {
namespace {

// A file that nobody wrote to for so long is complete although it is seen for the first time.
constexpr Duration kSettled = std::chrono::minutes(10);
// A scan may take this share of the time: a folder of 100,000 names is read each half minute.
constexpr int kScanShare = 200;

}  // namespace

Watcher::Watcher(const Options& options, const FileSet& set, const scrape::CollectorDeps& deps)
    : options_(options),
      set_(set),
      clock_(deps.clock),
      log_(deps.log),
      ledger_(options.name, set.file, deps.memory) {}

Status Watcher::Run(const RunSlices& slices, scrape::SampleSink& sink) {
  ledger_.Load();
  faults_.clear();
  good_.clear();
  newest_ = nullptr;
  writing_ = false;
  Look(slices);
  FollowGrowth();
  if (listing_.root_readable && listing_.finished) {
    FindNewestGood(slices.verify);
    ledger_.Prune(listing_.newest);
  }
  AddStateFaults();
  if (options_.schedule) {
    if (const auto& success = ledger_.last_success(); good_.empty() && success) {
      good_.push_back(success->period);
    }
    CountMissed(options_, good_, clock_.Now(), ledger_);
  }
  TellFresh();
  FollowProblems();
  Show(sink);
  ledger_.Save();
  return Ended();
}

void Watcher::Look(const RunSlices& slices) {
  const SteadyTime begin = clock_.Steady();
  if (next_scan_ && begin < *next_scan_) {
    LookAgainAtNewest();
    return;
  }
  listing_ = Scan(set_.pattern, *options_.zone, slices.scan);
  next_scan_ = clock_.Steady() + kScanShare * (clock_.Steady() - begin);
}

void Watcher::LookAgainAtNewest() {
  std::vector<FoundFile> again;
  for (const FoundFile& file : listing_.newest) {
    if (auto now = LookAgain(file)) {
      again.push_back(std::move(*now));
    }
  }
  listing_.newest = std::move(again);
}

void Watcher::FollowGrowth() {
  std::map<std::string, Seen> seen;
  for (const FoundFile& file : listing_.newest) {
    const std::string identity = file.Identity();
    const auto before = seen_.find(file.path);
    const bool known = before != seen_.end();
    // What state.db has a verdict for was complete before the restart.
    const bool complete =
        known ? before->second.identity == identity
              : file.modified + kSettled <= clock_.Now() || ledger_.FindVerdict(file).has_value();
    seen.emplace(file.path, Seen{.identity = identity, .complete = complete});
  }
  seen_ = std::move(seen);
}

bool Watcher::IsComplete(const FoundFile& file) const {
  const auto found = seen_.find(file.path);
  return found != seen_.end() && found->second.complete;
}

void Watcher::Verify(const FoundFile& file, const Slice& slice) {
  const std::string identity = file.Identity();
  if (!options_.verify || ledger_.FindVerdict(file)) {
    return;
  }
  if (verifying_ != identity || !verification_) {
    verification_ = StartVerification(file.path);
    verifying_ = identity;
  }
  const auto verdict = verification_->Continue(slice);
  if (!verdict) {
    return;
  }
  verification_.reset();
  verifying_.clear();
  words_[identity] = verdict->what;
  const auto now = LookAgain(file);
  if (!now || now->Identity() != identity) {
    return;  // It changed while it was read.
  }
  if (IsFinal(verdict->finding)) {
    passing_.erase(identity);
    ledger_.Remember(file, verdict->finding);
    log_.Info("backup was read",
              {{"backup", options_.name},
               {"path", file.path},
               {"finding", FindingName(verdict->finding)},
               {"what", verdict->what}});
  } else {
    passing_[identity] = verdict->finding;
  }
}

std::optional<Fault> Watcher::FaultOf(const FoundFile& file) {
  const std::string identity = file.Identity();
  const auto fault = [&](std::string_view reason, std::string detail) {
    return Fault{std::string(reason), identity, std::move(detail)};
  };
  const auto passing = passing_.find(identity);
  const auto known = ledger_.FindVerdict(file);
  const std::optional<Finding> finding =
      passing != passing_.end() ? std::optional(passing->second) : known;
  if (file.size == 0) {
    return fault("empty", "the file has no byte");
  }
  if (finding && *finding != Finding::kGood && *finding != Finding::kUnknownFormat) {
    const auto words = words_.find(identity);
    return fault(FindingName(*finding),
                 words == words_.end() ? "found before the restart" : words->second);
  }
  if (file.size < options_.min_size) {
    return fault("too_small",
                 fmt::format("{} bytes, less than min_size {}", file.size, options_.min_size));
  }
  return std::nullopt;
}

/// Judges a complete file; they come newest first.
bool Watcher::IsGood(const FoundFile& file, const Slice& slice) {
  const bool newer_is_good = !good_.empty();
  // Only until the first good one: the older ones were read when they came.
  if (newer_is_good) {
    passing_.erase(file.Identity());
  } else if (file.size > 0) {
    Verify(file, slice);
  }
  if (auto fault = FaultOf(file)) {
    if (!newer_is_good) {
      faults_.push_back(std::move(*fault));
    }
    return false;
  }
  if (!newer_is_good) {
    ledger_.SetLastSuccess(Success{.identity = file.Identity(), .period = file.period});
  }
  good_.push_back(file.period);
  return true;
}

void Watcher::FindNewestGood(const Slice& slice) {
  std::set<std::string> bad;
  for (const FoundFile& file : listing_.newest) {
    if (!IsComplete(file)) {
      writing_ = writing_ || newest_ == nullptr;
      continue;
    }
    newest_ = newest_ == nullptr ? &file : newest_;
    if (!IsGood(file, slice)) {
      bad.insert(file.Identity());
    }
  }
  RememberSizes(bad);
  if (good_.empty() && ledger_.last_success() && bad.contains(ledger_.last_success()->identity)) {
    ledger_.SetLastSuccess(std::nullopt);
  }
  std::erase_if(words_, [&](const auto& words) { return !bad.contains(words.first); });
  std::erase_if(passing_, [&](const auto& passing) { return !bad.contains(passing.first); });
}

void Watcher::RememberSizes(const std::set<std::string>& bad) {
  // Oldest first, so that the newest are kept.
  for (auto file = listing_.newest.rbegin(); file != listing_.newest.rend(); ++file) {
    if (IsComplete(*file) && !bad.contains(file->Identity())) {
      ledger_.AddSize(*file);
    }
  }
}

void Watcher::AddStateFaults() {
  for (const Fault& fault : listing_.faults) {
    const bool gone = fault.reason == "not_found" && ledger_.last_success().has_value();
    faults_.push_back({gone ? "vanished" : fault.reason, fault.subject, fault.detail});
  }
  const std::string& path = set_.pattern.text;
  if (listing_.root_readable && listing_.finished && listing_.count == 0) {
    faults_.push_back(
        {ledger_.last_success() ? "vanished" : "not_found", path, "no file matches the path"});
  }
  const auto& success = ledger_.last_success();
  if (options_.max_age && success && clock_.Now() - success->period.begin > *options_.max_age) {
    faults_.push_back({"too_old",
                       path,
                       fmt::format("the newest good one is older than max_age {}",
                                   FormatDuration(*options_.max_age))});
  }
  if (newest_ != nullptr && options_.max_shrink) {
    const auto median = ledger_.MedianBefore(newest_->Identity());
    if (median && static_cast<double>(newest_->size) < *median * (1 - *options_.max_shrink)) {
      faults_.push_back(
          {"shrank",
           newest_->Identity(),
           fmt::format("{} bytes; the ones before had {:.0f}", newest_->size, *median)});
    }
  }
  AddKeepFault();
}

void Watcher::AddKeepFault() {
  if (!listing_.root_readable || !listing_.finished || listing_.count == 0) {
    return;
  }
  const bool enough_files = !options_.keep_files || listing_.count >= *options_.keep_files;
  // A day's leave: the oldest one is deleted as it reaches the age.
  const bool far_enough =
      !options_.keep_for ||
      clock_.Now() - *listing_.oldest + std::chrono::hours(24) >= *options_.keep_for;
  if (enough_files && far_enough) {
    if (options_.keep_files || options_.keep_for) {
      ledger_.SetKeptEnough();
    }
  } else if (ledger_.kept_enough()) {
    faults_.push_back(
        {"too_few",
         set_.pattern.text,
         fmt::format("{} backups are left, fewer than keep asks for", listing_.count)});
  }
}

void Watcher::TellFresh() {
  for (const Fault& fault : ledger_.Update(faults_)) {
    log_.Warn("backup is not good",
              {{"backup", options_.name},
               {"path", set_.pattern.text},
               {"reason", fault.reason},
               {"subject", fault.subject},
               {"detail", fault.detail}});
  }
}

void Watcher::FollowProblems() {
  // A folder that was not read to its end does not say that anything is over.
  if (listing_.finished) {
    problems_.clear();
  }
  for (const Fault& fault : faults_) {
    problems_.insert(fault.reason);
  }
}

void Watcher::ShowPlan(scrape::SampleSink& sink) {
  const Plan plan = Judge(options_, times_, ledger_, clock_.Now(), writing_);
  sink.Add(kExpected, {options_.name, set_.file}, ToUnixSeconds(plan.expected));
  if (plan.next) {
    sink.Add(kNextExpected, {options_.name, set_.file}, ToUnixSeconds(*plan.next));
  }
  for (std::size_t i = 0; i < std::size(cron::kStateNames); ++i) {
    sink.Add(kState,
             {options_.name, set_.file, cron::kStateNames[i]},
             static_cast<std::size_t>(plan.state) == i ? 1 : 0);
  }
  sink.Add(kMissedTotal, {options_.name, set_.file}, static_cast<double>(ledger_.missed()));
}

void Watcher::ShowNewest(const FoundFile& newest, scrape::SampleSink& sink) {
  const std::string_view labels[] = {options_.name, set_.file};
  sink.Add(kSize, labels, static_cast<double>(newest.size));
  if (const auto median = ledger_.MedianBefore(newest.Identity())) {
    sink.Add(kSizeMedian, labels, *median);
  }
  const auto verdict = ledger_.FindVerdict(newest);
  const bool empty = options_.verify && newest.size == 0;
  if (empty || (verdict && *verdict != Finding::kUnknownFormat)) {
    sink.Add(kVerified, labels, !empty && *verdict == Finding::kGood ? 1 : 0);
  }
}

void Watcher::Show(scrape::SampleSink& sink) {
  const std::string_view labels[] = {options_.name, set_.file};
  if (const auto& success = ledger_.last_success()) {
    sink.Add(kLastSuccess, labels, ToUnixSeconds(success->period.begin));
    sink.Add(kAge, labels, ToUnixSeconds(clock_.Now()) - ToUnixSeconds(success->period.begin));
  }
  if (listing_.root_readable && listing_.finished) {
    sink.Add(kFiles, labels, static_cast<double>(listing_.count));
  }
  if (listing_.finished && listing_.oldest) {
    sink.Add(kOldest, labels, ToUnixSeconds(*listing_.oldest));
  }
  if (listing_.root_readable && listing_.finished && newest_ != nullptr) {
    ShowNewest(*newest_, sink);
  }
  if (options_.schedule) {
    ShowPlan(sink);
  }
  for (const auto& [reason, count] : ledger_.errors()) {
    sink.Add(kErrors, {options_.name, set_.file, reason}, static_cast<double>(count));
  }
  for (const std::string& reason : problems_) {
    sink.Add(kProblem, {options_.name, set_.file, reason}, 1);
  }
}

Status Watcher::Ended() const {
  if (!listing_.root_readable && !listing_.faults.empty()) {
    const Fault& fault = listing_.faults.front();
    return Fail(
        fault.reason == "permission_denied" ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound,
        "folder {} of backup {} cannot be read: {}; check that it exists, is mounted and "
        "readable for the user that sidewatch runs as",
        fault.subject.empty() ? "/" : fault.subject,
        options_.name,
        fault.detail);
  }
  if (!listing_.finished) {
    return Fail(ErrorCode::kDeadlineExceeded,
                "the folder of backup {} was not listed in time; give the target a longer timeout",
                options_.name);
  }
  return {};
}

}  // namespace sidewatch::backups
