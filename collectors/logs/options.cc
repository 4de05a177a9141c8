#include "collectors/logs/options.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace sidewatch::logs {
namespace {

constexpr std::uint64_t kShortestLimit = 256;
constexpr std::uint64_t kLongestLimit = 16ULL << 20U;
constexpr std::int64_t kMostFiles = 10'000;
constexpr std::int64_t kMostSeries = 100'000;

template <typename Rows, typename Name>
std::string Names(const Rows& rows, Name name) {
  std::string text;
  for (const auto& row : rows) {
    text += text.empty() ? "" : ", ";
    text += name(row);
  }
  return text;
}

void ReadFiles(config::MapReader& target, Options& options) {
  target.Require("files", options.files);
  if (target.Has("files") && options.files.empty()) {
    target.ErrorAt("files", "names no file");
  }
}

void ReadFormat(config::MapReader& target, Options& options) {
  std::string text = "auto";
  target.Read("format", text);
  options.format = FindFormat(text);
  if (options.format == nullptr && text != "auto") {
    target.ErrorAt("format",
                   fmt::format("\"{}\" is not auto, {}",
                               text,
                               Names(Formats(), [](const Format& row) { return row.name; })));
  }
  std::string from = "end";
  target.Read("from", from);
  if (from != "end" && from != "start") {
    target.ErrorAt("from", fmt::format("\"{}\" is not end or start", from));
  }
  options.from = from == "start" ? From::kStart : From::kEnd;
}

void ReadSets(config::MapReader& target, Options& options) {
  std::vector<std::string> names;
  if (!target.Read("sets", names)) {
    for (const LogSet* set : LogSets()) {
      if (set->by_default && options.metrics.empty()) {
        options.sets.push_back(set);
      }
    }
    return;
  }
  for (const std::string& name : names) {
    const LogSet* set = FindLogSet(name);
    if (set == nullptr) {
      target.ErrorAt("sets",
                     fmt::format("\"{}\" is not one of {}",
                                 name,
                                 Names(LogSets(), [](const LogSet* row) { return row->name; })));
    } else if (std::ranges::find(options.sets, set) == options.sets.end()) {
      options.sets.push_back(set);
    }
  }
}

void ReadSetOptions(config::MapReader& target, SetOptions& options) {
  Duration slow = std::chrono::seconds(1);
  target.Read("slow_threshold", slow);
  options.slow_seconds = std::chrono::duration<double>(slow).count();
  if (target.Read("duration_buckets", options.duration_bounds)) {
    const std::vector<double>& bounds = options.duration_bounds;
    const bool finite = std::ranges::all_of(bounds, [](double b) { return std::isfinite(b); });
    if (bounds.empty() || !finite ||
        std::ranges::adjacent_find(bounds, std::greater_equal<>()) != bounds.end()) {
      target.ErrorAt("duration_buckets", "must be numbers that rise, without +Inf");
    }
  }
}

void ReadCount(config::MapReader& target,
               std::string_view key,
               std::int64_t most,
               std::size_t& out) {
  std::int64_t number = static_cast<std::int64_t>(out);
  if (target.Read(key, number) && (number < 1 || number > most)) {
    target.ErrorAt(key, fmt::format("must be between 1 and {}", most));
    return;
  }
  out = static_cast<std::size_t>(number);
}

void ReadLimits(config::MapReader& target, Options& options) {
  config::ByteSize line{.bytes = options.max_line_bytes};
  if (target.Read("max_line_bytes", line) &&
      (line.bytes < kShortestLimit || line.bytes > kLongestLimit)) {
    target.ErrorAt("max_line_bytes", "must be between 256 bytes and 16MB");
    return;
  }
  options.max_line_bytes = line.bytes;
  ReadCount(target, "max_files", kMostFiles, options.max_files);
  ReadCount(target, "max_series", kMostSeries, options.max_series);
}

}  // namespace

Options ReadOptions(config::MapReader& target) {
  Options options;
  ReadFiles(target, options);
  ReadFormat(target, options);
  target.Read("metrics", options.metrics);
  ReadSets(target, options);
  ReadSetOptions(target, options.set_options);
  ReadLimits(target, options);
  return options;
}

}  // namespace sidewatch::logs
