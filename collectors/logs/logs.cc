// A run looks at what files there are, reads what is new in slices, saves offsets and counters in
// one transaction, and shows the counters. A kill at any moment leaves the state of one run: the
// next one reads the same lines again and counts them from the same numbers.

#include "collectors/logs/logs.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/logs/file_counters.h"
#include "collectors/logs/follower.h"
#include "collectors/logs/line_reader.h"
#include "collectors/logs/options.h"
#include "collectors/logs/problem_teller.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kNameSpace = "logs";
constexpr std::uint64_t kSlice = 1 << 20;
constexpr std::size_t kHeadBytes = 4096;
constexpr int kLoadAttempts = 3;
// A path that is gone for so long is forgotten with its counters.
constexpr auto kForgetAfter = std::chrono::hours(24);

constexpr std::string_view kLogLabel[] = {"log"};
constexpr std::string_view kFileLabels[] = {"log", "file"};

constexpr MetricDescriptor Gauge(std::string_view name,
                                 std::span<const std::string_view> labels,
                                 std::string_view source,
                                 std::string_view help) {
  return {.name = name, .labels = labels, .help = help, .source = source};
}

constexpr MetricDescriptor kLag = Gauge("log_lag_bytes",
                                        kFileLabels,
                                        "the file's size and the offset",
                                        "Bytes of whole lines that are still to be read.");
constexpr MetricDescriptor kFiles =
    Gauge("log_files", kLogLabel, "the run", "Files that are followed, rotated ones too.");
constexpr MetricDescriptor kFilesIgnored =
    Gauge("log_files_ignored", kLogLabel, "the run", "Files that match but are over max_files.");
constexpr MetricDescriptor kSaveErrors = SetCounter(
    "log_save_errors_total",
    kLogLabel,
    "the state file",
    "Runs whose offsets could not be saved: after a crash their lines are read once more.");

constexpr MetricDescriptor kRunMetrics[] = {kLag, kFiles, kFilesIgnored, kSaveErrors};
static_assert(DescriptorsAreSound(kRunMetrics));

class LogsCollector final : public scrape::Collector, private FileEvents, private LineSink {
 public:
  LogsCollector(Options options, const scrape::CollectorDeps& deps)
      : options_(std::move(options)),
        name_(deps.target),
        prefix_(fmt::format("{}:{}:", name_.size(), name_)),
        clock_(deps.clock),
        log_(deps.log),
        memory_(deps.memory),
        follower_(options_, *this, clock_),
        counters_(options_, name_),
        reader_(options_.max_line_bytes),
        teller_(name_, log_) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override;

  std::string Instance() const override { return HostName(); }

 private:
  static std::string HostName();

  void OnRotation(const std::string& label) override {
    counters_.Of(label).Of(Own::kRotations).Add({}, 1);
  }

  void OnProblem(const FileProblem& problem) override;
  void OnLine(std::string_view line, bool cut) override;

  Status Load();
  void ReadAll(const scrape::RunContext& run);
  bool ReadSlice(TrackedFile& file);
  void Enter(TrackedFile& file);
  void FindFormat(TrackedFile& file) const;
  void TellOwnOutput();
  void ForgetGone();
  void Save();
  void Emit(scrape::SampleSink& sink) const;
  Status Verdict() const;

  Options options_;
  std::string name_;
  std::string prefix_;  ///< Of this target's keys in the memory.
  const Clock& clock_;
  Logger log_;
  scrape::Memory* memory_;
  Follower follower_;
  Counters counters_;
  LineReader reader_;
  ProblemTeller teller_;

  bool loaded_ = false;
  int failed_loads_ = 0;
  double save_errors_ = 0;
  bool save_failed_ = false;
  bool told_own_output_ = false;
  std::string saved_files_;
  std::vector<FileProblem> problems_;

  // Of the file that is being read.
  FileCounters* counting_ = nullptr;
  const Format* format_ = nullptr;
  double lines_ = 0;
};

std::string LogsCollector::HostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

void LogsCollector::OnProblem(const FileProblem& problem) {
  counters_.Of(problem.path).Of(Own::kReadErrors).Add({problem.reason}, 1);
  problems_.push_back(problem);
}

void LogsCollector::OnLine(std::string_view line, bool cut) {
  ++lines_;
  if (cut) {
    counting_->Of(Own::kTruncated).Add({}, 1);
  }
  counters_.CountLine(*format_, line, *counting_);
}

/// Without what was saved lines would be counted twice or not at all: a failure is tried again
/// some times before it is believed.
Status LogsCollector::Load() {
  if (loaded_ || memory_ == nullptr) {
    return {};
  }
  Result<scrape::Memory::Values> values = memory_->LoadAll(kNameSpace);
  if (!values) {
    if (++failed_loads_ < kLoadAttempts) {
      return FailWith("offsets of the logs cannot be read", std::move(values).error());
    }
    log_.Warn("begins without saved offsets", {{"log", name_}, {"error", values.error().message}});
    loaded_ = true;
    return {};
  }
  loaded_ = true;
  counters_.Load(prefix_, *values);
  const auto files = values->find(prefix_ + "files");
  if (files != values->end()) {
    follower_.Decode(files->second);
    saved_files_ = files->second;
  }
  return {};
}

void LogsCollector::FindFormat(TrackedFile& file) const {
  if (options_.format != nullptr) {
    file.format = options_.format;
    return;
  }
  std::array<char, kHeadBytes> head{};
  const ssize_t got = ::pread(file.fd.get(), head.data(), head.size(), 0);
  const auto size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  file.format = DetectFormat({head.data(), size});
  if (file.format == nullptr && size == head.size()) {
    file.format = logs::FindFormat("plain");
  }
}

/// Makes `file` the one that OnLine counts for.
void LogsCollector::Enter(TrackedFile& file) {
  if (file.format == nullptr) {
    FindFormat(file);
  }
  format_ = file.format != nullptr ? file.format : logs::FindFormat("plain");
  counting_ = &counters_.Of(file.label);
  lines_ = 0;
}

/// False: there is nothing more to read for now.
bool LogsCollector::ReadSlice(TrackedFile& file) {
  if (file.done || file.copy || !follower_.Open(file)) {
    return false;
  }
  struct stat info = {};
  if (::fstat(file.fd.get(), &info) == 0) {
    file.size = static_cast<std::uint64_t>(info.st_size);
  }
  ReadPosition& position = file.position;
  if (file.size <= position.offset + position.partial) {
    return false;
  }
  Enter(file);
  const LineReader::Progress progress = reader_.Read(file.fd.get(), kSlice, position, *this);
  if (progress.error != 0) {
    OnProblem({.path = file.label, .reason = ReasonOf(progress.error)});
    return false;
  }
  file.grew = clock_.Steady();
  counting_->Of(Own::kReadBytes).Add({}, static_cast<double>(progress.bytes));
  counting_->Of(Own::kReadLines).Add({}, lines_);
  if (lines_ > 0) {
    counting_->Of(Own::kLastLine).Set({}, ToUnixSeconds(clock_.Now()));
  }
  return !progress.at_end;
}

/// A slice of each file in turn, so that one with a backlog does not starve the others.
void LogsCollector::ReadAll(const scrape::RunContext& run) {
  const SteadyTime begin = clock_.Steady();
  const SteadyTime until = run.deadline - (run.deadline - begin) / 5;
  std::vector<TrackedFile*> waiting;
  for (const auto& file : follower_.files()) {
    waiting.push_back(file.get());
  }
  while (!waiting.empty()) {
    std::vector<TrackedFile*> more;
    for (TrackedFile* file : waiting) {
      if (run.stop.stop_requested() || clock_.Steady() >= until) {
        return;
      }
      if (ReadSlice(*file)) {
        more.push_back(file);
      }
    }
    waiting = std::move(more);
  }
}

void LogsCollector::ForgetGone() {
  for (const std::string& label : counters_.Files()) {
    const bool followed = std::ranges::any_of(follower_.files(), [&](const auto& file) {
      return file->label == label && (file->live || !file->done);
    });
    double last_line = 0;
    counters_.Of(label).Of(Own::kLastLine).Visit([&](auto, const auto& series) {
      last_line = series.value;
    });
    const bool missing = std::ranges::any_of(
        problems_, [&](const FileProblem& problem) { return problem.path == label; });
    const double age = ToUnixSeconds(clock_.Now()) - last_line;
    const bool old = age > std::chrono::duration<double>(kForgetAfter).count();
    if (followed || missing || (!old && follower_.IsConfigured(label))) {
      continue;
    }
    std::vector<std::string> keys;
    counters_.Forget(label, keys);
    for (const std::string& key : keys) {
      // What cannot be deleted is loaded once more and forgotten again.
      if (memory_ != nullptr && !memory_->Delete(kNameSpace, prefix_ + key)) {
        break;
      }
    }
  }
}

/// Offsets and numbers in one transaction: after a crash both are of the same moment.
void LogsCollector::Save() {
  if (memory_ == nullptr) {
    return;
  }
  scrape::Memory::Values values;
  counters_.Save(prefix_, values);
  std::string files = follower_.Encode();
  if (files != saved_files_) {
    values[prefix_ + "files"] = files;
  }
  if (values.empty()) {
    return;
  }
  const Status saved = memory_->SaveAll(kNameSpace, values);
  if (saved) {
    counters_.Saved();
    saved_files_ = std::move(files);
    save_failed_ = false;
    return;
  }
  ++save_errors_;
  if (!std::exchange(save_failed_, true)) {
    log_.Warn("offsets cannot be saved, goes on in memory",
              {{"log", name_}, {"error", saved.error().message}});
  }
}

void LogsCollector::Emit(scrape::SampleSink& sink) const {
  counters_.Emit(sink);
  std::map<std::string_view, double> lag;
  for (const auto& file : follower_.files()) {
    if (file->copy || file->done) {
      continue;
    }
    const std::uint64_t read = file->position.offset + file->position.partial;
    lag[file->label] += static_cast<double>(file->size > read ? file->size - read : 0);
  }
  for (const auto& [label, bytes] : lag) {
    sink.Add(kLag, {name_, label}, bytes);
  }
  sink.Add(kFiles, {name_}, static_cast<double>(follower_.following()));
  sink.Add(kFilesIgnored, {name_}, static_cast<double>(follower_.over_limit()));
  sink.Add(kSaveErrors, {name_}, save_errors_);
}

/// A file that is missing for a moment is rotation; nothing to read at all is a failure.
Status LogsCollector::Verdict() const {
  if (problems_.empty() || follower_.following() > 0) {
    return {};
  }
  std::string text;
  bool denied = false;
  constexpr std::size_t kTold = 5;
  for (std::size_t i = 0; i < std::min(problems_.size(), kTold); ++i) {
    text += fmt::format("{}{} ({})", i > 0 ? ", " : "", problems_[i].path, problems_[i].reason);
    denied = denied || problems_[i].reason == "permission_denied";
  }
  return Fail(denied ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound,
              "none of the log files can be read: {}{}; check files: and the rights of the user "
              "that runs sidewatch",
              text,
              problems_.size() > kTold ? ", …" : "");
}

void LogsCollector::TellOwnOutput() {
  const std::string& path = follower_.own_output();
  if (!path.empty() && !std::exchange(told_own_output_, true)) {
    log_.Warn("log file is passed over: it is where sidewatch itself writes to",
              {{"log", name_}, {"file", path}});
  }
}

Status LogsCollector::Collect(const scrape::RunContext& run, scrape::SampleSink& sink) {
  SW_TRY(Load());
  problems_.clear();
  const std::size_t ignored_before = follower_.over_limit();
  follower_.Refresh();
  TellOwnOutput();
  if (follower_.over_limit() > 0 && ignored_before == 0) {
    log_.Warn(
        "too many files match, some are not followed",
        {{"log", name_}, {"ignored", follower_.over_limit()}, {"max_files", options_.max_files}});
  }
  for (const auto& file : follower_.files()) {
    if (!file->copy) {
      // Its counters begin with 0: only so does a rate see the first lines.
      counters_.Of(file->label);
    }
  }
  ReadAll(run);
  follower_.Settle([this](TrackedFile& file) {
    Enter(file);
    reader_.Finish(file.fd.get(), file.position, *this);
    counting_->Of(Own::kReadLines).Add({}, lines_);
  });
  ForgetGone();
  Save();
  Emit(sink);
  Status verdict = Verdict();
  if (verdict) {
    teller_.Tell(problems_);  // Otherwise the verdict says it.
  }
  return verdict;
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  Options options = ReadOptions(target);
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<LogsCollector>(std::move(options), deps);
}

std::span<const MetricDescriptor> AllMetrics() {
  static const std::vector<MetricDescriptor> kAll = [] {
    std::vector<MetricDescriptor> all(std::begin(kRunMetrics), std::end(kRunMetrics));
    all.insert(all.end(), OwnMetrics().begin(), OwnMetrics().end());
    for (const LogSet* set : LogSets()) {
      all.insert(all.end(), set->metrics.begin(), set->metrics.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace

const scrape::CollectorSpec kLogsSpec = {
    .kind = "logs",
    .default_job = "logs",
    .summary = "Log files: lines by level, failed logins, database errors, requests, own metrics.",
    .metrics = AllMetrics(),
    .create = &Create,
};

}  // namespace sidewatch::logs
