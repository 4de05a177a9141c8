// One look at a tree of 100,000 files: by times of modification, and by dates in their names.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>
#include <date/tz.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "collectors/backups/scan.h"

namespace sidewatch::bench {
namespace {

constexpr int kFolders = 100;
constexpr int kFilesInEach = 1000;

/// Made once, deleted with the program.
class Tree {
 public:
  Tree() {
    path_ = (std::filesystem::temp_directory_path() / "bench-backups-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr) {
      std::abort();
    }
    for (int folder = 0; folder < kFolders; ++folder) {
      const std::string name = fmt::format("{}/{:03}", path_, folder);
      std::filesystem::create_directory(name);
      for (int i = 0; i < kFilesInEach; ++i) {
        std::ofstream(
            fmt::format("{}/db-2026{:02}{:02}-{:03}.dump", name, 1 + (i / 28) % 12, 1 + i % 28, i));
      }
    }
  }

  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  ~Tree() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const Tree& TheTree() {
  static const Tree kTree;
  return kTree;
}

void Look(benchmark::State& state, const std::string& names) {
  const auto pattern = backups::PathPattern::Parse(TheTree().path() + names);
  if (!pattern) {
    state.SkipWithError(pattern.error().message.c_str());
    return;
  }
  const date::time_zone& zone = *date::locate_zone("UTC");
  std::uint64_t found = 0;
  for (auto _ : state) {
    found = backups::Scan(*pattern, zone, [] { return false; }).count;
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  state.counters["files"] = static_cast<double>(found);
  state.counters["max_rss_kb"] = static_cast<double>(usage.ru_maxrss);
}

void ByTime(benchmark::State& state) {
  Look(state, "/*/db-*.dump");
}

BENCHMARK(ByTime)->Unit(benchmark::kMillisecond);

void ByDateInTheName(benchmark::State& state) {
  Look(state, "/*/db-%Y%m%d-*.dump");
}

BENCHMARK(ByDateInTheName)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sidewatch::bench
