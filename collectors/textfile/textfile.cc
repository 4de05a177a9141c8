#include "collectors/textfile/textfile.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <unordered_set>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "exporter/base/glob.h"
#include "exporter/base/unique_handle.h"
#include "exporter/exposition/parser.h"

namespace sidewatch::textfile {
namespace {

constexpr std::size_t kMaxFileBytes = 16ULL << 20;
constexpr std::size_t kMaxFiles = 1000;

constexpr std::string_view kFileLabel[] = {"file"};
constexpr MetricDescriptor kMetrics[] = {
    {.name = "node_textfile_mtime_seconds",
     .labels = kFileLabel,
     .help = "Unixtime mtime of textfiles successfully read.",
     .source = "stat(2), st_mtim",
     .peer = "node_exporter"},
    {.name = "node_textfile_scrape_error",
     .help = "1 if there was an error opening or reading a file, 0 otherwise.",
     .source = "the last run",
     .peer = "node_exporter"},
};
static_assert(DescriptorsAreSound(kMetrics));
constexpr const MetricDescriptor& kMtime = kMetrics[0];
constexpr const MetricDescriptor& kScrapeError = kMetrics[1];

/// A file as it was at one moment.
struct FileText {
  std::string text;
  double mtime_seconds = 0;
};

Error Failure(const std::string& path, std::string_view what, int error) {
  const auto code = error == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound;
  return {code, fmt::format("{}: {}: {}", path, what, std::generic_category().message(error))};
}

Result<FileText> ReadFile(const std::string& path) {
  // Without waiting: somebody may have put a pipe there.
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));

  struct stat facts {};

  if (!fd.valid() || fstat(fd.get(), &facts) != 0) {
    return Fail(Failure(path, "cannot be opened", errno));
  }
  if (!S_ISREG(facts.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, "{}: is no regular file", path);
  }
  constexpr double kNanos = 1e9;
  FileText file;
  file.mtime_seconds = static_cast<double>(facts.st_mtim.tv_sec) +
                       static_cast<double>(facts.st_mtim.tv_nsec) / kNanos;
  std::array<char, 65536> piece{};
  while (true) {
    const ssize_t got = read(fd.get(), piece.data(), piece.size());
    if (got == 0) {
      return file;
    }
    if (got < 0) {
      return Fail(Failure(path, "cannot be read", errno));
    }
    file.text.append(piece.data(), static_cast<std::size_t>(got));
    if (file.text.size() > kMaxFileBytes) {
      return Fail(ErrorCode::kLimitExceeded, "{}: is larger than {} bytes", path, kMaxFileBytes);
    }
  }
}

Result<std::vector<MetricFamily>> ParseFile(const std::string& path, const std::string& text) {
  if (!text.empty() && text.back() != '\n') {
    return Fail(ErrorCode::kProtocol,
                "failed to parse textfile data from \"{}\": unexpected end of input stream",
                path);
  }
  Result<std::vector<MetricFamily>> families = exposition::ParseFamilies(text, "text/plain");
  if (!families) {
    return FailWith(fmt::format("failed to parse textfile data from \"{}\"", path),
                    families.error());
  }
  for (const MetricFamily& family : *families) {
    for (const MetricSample& sample : family.samples) {
      if (sample.at) {
        return Fail(ErrorCode::kProtocol,
                    "textfile \"{}\" contains unsupported client-side timestamps, skipping entire "
                    "file",
                    path);
      }
    }
  }
  return families;
}

/// What one run found.
struct Found {
  std::map<std::string, MetricFamily> families;
  std::map<std::string, std::set<std::string>> helped_by;  // Family to the files that explain it.
  std::unordered_set<LabelSet, LabelSetHash> series;
  std::vector<std::string> errors;
};

class TextfileCollector final : public scrape::Collector {
 public:
  TextfileCollector(std::vector<std::string> folders, Logger log)
      : folders_(std::move(folders)), log_(std::move(log)) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    Found found;
    for (const std::string& path : Paths(found)) {
      if (run.stop.stop_requested()) {
        return Fail(ErrorCode::kCancelled, "stopped");
      }
      if (const Status read = ReadInto(path, found, sink); !read) {
        found.errors.push_back(read.error().message);
      }
    }
    for (auto& [name, family] : found.families) {
      sink.AddFamily(std::move(family));
    }
    sink.Add(kScrapeError, found.errors.empty() ? 0 : 1);
    Tell(found.errors);
    return {};
  }

  std::string Instance() const override {
    utsname names{};
    return uname(&names) == 0 ? names.nodename : "localhost";
  }

 private:
  /// The files in the order of their names; folders may be patterns.
  std::vector<std::string> Paths(Found& found) const {
    std::vector<std::string> paths;
    for (const std::string& folder : folders_) {
      const bool pattern = folder.find_first_of("*?[") != std::string::npos;
      if (!pattern && access(folder.c_str(), R_OK | X_OK) != 0) {
        found.errors.push_back(Failure(folder, "cannot be read", errno).message);
        continue;
      }
      std::ranges::move(Glob(folder + "/*.prom"), std::back_inserter(paths));
    }
    if (paths.size() > kMaxFiles) {
      found.errors.push_back(
          fmt::format("only the first {} of {} files are read", kMaxFiles, paths.size()));
      paths.resize(kMaxFiles);
    }
    return paths;
  }

  static Status ReadInto(const std::string& path, Found& found, scrape::SampleSink& sink) {
    SW_TRY_ASSIGN(const FileText file, ReadFile(path));
    SW_TRY_ASSIGN(std::vector<MetricFamily> families, ParseFile(path, file.text));
    sink.Add(kMtime, {path}, file.mtime_seconds);
    Status merged;
    for (MetricFamily& family : families) {
      if (const Status one = Merge(path, std::move(family), found); !one && merged) {
        merged = one;
      }
    }
    return merged;
  }

  static Status Merge(const std::string& path, MetricFamily family, Found& found) {
    const auto [place, is_new] = found.families.try_emplace(family.name);
    MetricFamily& known = place->second;
    found.helped_by[family.name].insert(path);
    if (is_new) {
      known.name = family.name;
      known.type = family.type;
      known.help = family.help;
    } else if (known.type != family.type) {
      return Fail(ErrorCode::kProtocol,
                  "{}: {} is a {} here and a {} in another file, left out",
                  path,
                  family.name,
                  MetricTypeName(family.type),
                  MetricTypeName(known.type));
    } else if (known.help != family.help) {
      known.help =
          fmt::format("Metric read from {}", fmt::join(found.helped_by[family.name], ", "));
    }
    if (known.help.empty()) {
      known.help = "Metric read from " + path;
    }
    Status added;
    for (MetricSample& sample : family.samples) {
      if (found.series.insert(sample.labels).second) {
        known.samples.push_back(std::move(sample));
      } else {
        added = Fail(ErrorCode::kProtocol,
                     "{}: {} was collected before with the same name and label values",
                     path,
                     sample.labels.ToString());
      }
    }
    return added;
  }

  /// Each mistake once, as long as it lasts.
  void Tell(const std::vector<std::string>& errors) {
    for (const std::string& error : errors) {
      if (std::ranges::find(told_, error) == told_.end()) {
        log_.Warn("textfile is not read", {{"error", error}});
      }
    }
    told_ = errors;
  }

  std::vector<std::string> folders_;
  Logger log_;
  std::vector<std::string> told_;
};

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  std::vector<std::string> folders;
  const auto directory = target.Get("directory");
  if (directory && directory->is_list()) {
    target.Read("directory", folders);
  } else {
    target.Require("directory", folders.emplace_back());
  }
  for (std::string& folder : folders) {
    folder = config::ResolvePath(target.node().position(), folder);
  }
  return std::make_unique<TextfileCollector>(std::move(folders), deps.log);
}

}  // namespace

const scrape::CollectorSpec kTextfileSpec = {
    .kind = "textfile",
    .default_job = "node",
    .summary = "The *.prom files of a folder, as node_exporter's textfile collector reads them.",
    .metrics = kMetrics,
    .reports_its_run = false,
    .create = &Create,
};

}  // namespace sidewatch::textfile
