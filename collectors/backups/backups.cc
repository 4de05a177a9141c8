#include "collectors/backups/backups.h"

#include <array>
#include <deque>

#include <sys/statvfs.h>
#include <unistd.h>

#include "collectors/backups/metrics.h"
#include "collectors/backups/watcher.h"

namespace sidewatch::backups {
namespace {

class BackupsCollector final : public scrape::Collector {
 public:
  BackupsCollector(Options options, const scrape::CollectorDeps& deps)
      : options_(std::move(options)), clock_(deps.clock) {
    for (const FileSet& set : options_.sets) {
      watchers_.emplace_back(options_, set, deps);
    }
  }

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    const SteadyTime begin = clock_.Steady();
    // Verifying is what can wait: it goes on in the next run.
    const RunSlices slices{.scan = Until(run, begin + (run.deadline - begin) / 2),
                           .verify = Until(run, begin + (run.deadline - begin) / 4)};
    Status status;
    for (Watcher& watcher : watchers_) {
      Status ended = watcher.Run(slices, sink);
      if (status && !ended) {
        status = std::move(ended);
      }
    }
    ShowSettings(sink);
    return status;
  }

  std::string Instance() const override {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
  }

 private:
  Slice Until(const scrape::RunContext& run, SteadyTime end) const {
    return [this, end, stop = run.stop] {
      return stop.stop_requested() || clock_.Steady() >= end;
    };
  }

  void ShowSettings(scrape::SampleSink& sink) const {
    struct statvfs info {};

    const std::string& root = options_.sets.front().pattern.root;
    if (statvfs(root.empty() ? "/" : root.c_str(), &info) == 0) {
      sink.Add(kFree,
               {options_.name},
               static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize));
    }
    sink.Add(kVerifies, {options_.name}, options_.verify ? 1 : 0);
    if (options_.max_age) {
      sink.Add(kMaxAge, {options_.name}, std::chrono::duration<double>(*options_.max_age).count());
    }
    if (options_.min_size > 0) {
      sink.Add(kMinSize, {options_.name}, static_cast<double>(options_.min_size));
    }
    if (options_.keep_for) {
      sink.Add(
          kKeepSeconds, {options_.name}, std::chrono::duration<double>(*options_.keep_for).count());
    }
    if (options_.keep_files) {
      sink.Add(kKeepFiles, {options_.name}, static_cast<double>(*options_.keep_files));
    }
  }

  Options options_;
  const Clock& clock_;
  std::deque<Watcher> watchers_;
};

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  Options options = ReadOptions(target);
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<BackupsCollector>(std::move(options), deps);
}

}  // namespace

const scrape::CollectorSpec kBackupsSpec = {
    .kind = "backups",
    .default_job = "backups",
    .summary = "Backups that others make: whether they come, are whole and have their usual size.",
    .metrics = AllMetrics(),
    .up = nullptr,
    .create = &Create,
};

}  // namespace sidewatch::backups
