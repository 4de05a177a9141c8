#include "collectors/application/file_discovery.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "collectors/application/target_maker.h"
#include "exporter/base/glob.h"

namespace sidewatch::application {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

constexpr std::array<std::string_view, 6> kEndings = {
    ".json", ".yml", ".yaml", ".JSON", ".YML", ".YAML"};

/// As Prometheus: only the last part of a path may be a pattern, and its ending tells the format.
bool IsValidPattern(const std::string& path) {
  const std::size_t star = path.find('*');
  const bool last_part = star == std::string::npos || path.find('/', star) == std::string::npos;
  return last_part &&
         std::ranges::any_of(kEndings, [&](std::string_view end) { return path.ends_with(end); });
}

void ReadFile(const std::string& path,
              Addresses addresses,
              Diagnostics& diagnostics,
              std::vector<LabelSet>& out) {
  const std::optional<Node> groups = config::LoadYaml(path, config::ExpandEnv::kNo, diagnostics);
  if (!groups || !config::ExpectList(*groups, diagnostics)) {
    return;
  }
  const std::size_t first = out.size();
  for (const Node& group : groups->items()) {
    ReadTargetGroup(group, addresses, diagnostics, out);
  }
  for (std::size_t i = first; i < out.size(); ++i) {
    out[i] = LabelSetBuilder(out[i]).Set("__meta_filepath", path).Build();
  }
}

std::vector<std::string> ReadPatterns(MapReader& map) {
  std::vector<std::string> patterns;
  map.Read("files", patterns);
  Duration refresh(0);
  map.Read("refresh_interval", refresh);  // Files are looked at more often than that.
  if (patterns.empty()) {
    map.Error("file service discovery config must contain at least one path name");
  }
  for (std::string& pattern : patterns) {
    if (!IsValidPattern(pattern)) {
      map.ErrorAt("files",
                  fmt::format("path name \"{}\" is not valid for file discovery", pattern));
    }
    pattern = config::ResolvePath(map.node().position(), pattern);
  }
  return patterns;
}

/// Differs when files came, went or were written.
class Signature {
 public:
  void AddFiles(const std::string& pattern) {
    for (const std::string& path : Glob(pattern)) {
      std::error_code missing;
      const auto time = std::filesystem::last_write_time(path, missing);
      Mix(std::hash<std::string>{}(path));
      Mix(static_cast<std::uint64_t>(time.time_since_epoch().count()));
      Mix(static_cast<std::uint64_t>(std::filesystem::file_size(path, missing)));
    }
  }

  std::uint64_t value() const { return value_; }

 private:
  void Mix(std::uint64_t part) {
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15ULL;
    value_ = (value_ ^ part) * kFactor + (value_ >> 29U);
  }

  std::uint64_t value_ = 0;
};

}  // namespace

void ReadTargetGroup(const Node& node,
                     Addresses addresses,
                     Diagnostics& diagnostics,
                     std::vector<LabelSet>& out) {
  MapReader map(node, diagnostics);
  std::vector<std::string> targets;
  std::map<std::string, std::string> labels;
  map.Read("targets", targets);
  map.Read("labels", labels);
  LabelSetBuilder builder;
  for (const auto& [name, value] : labels) {
    if (!IsValidName(name)) {
      map.ErrorAt("labels", fmt::format("\"{}\" is not a valid label name", name));
    }
    builder.Set(name, value);
  }
  for (const std::string& address : targets) {
    const Status checked = addresses == Addresses::kFinal ? CheckAddress(address) : Status();
    if (!checked) {
      map.ErrorAt("targets", checked.error().message);
      continue;
    }
    builder.Set("__address__", address);
    out.push_back(builder.Build());
  }
}

std::vector<LabelSet> ReadFileDiscovery(const Node& list,
                                        Addresses addresses,
                                        Diagnostics& diagnostics) {
  std::vector<LabelSet> found;
  if (!config::ExpectList(list, diagnostics)) {
    return found;
  }
  for (const Node& node : list.items()) {
    MapReader map(node, diagnostics);
    for (const std::string& pattern : ReadPatterns(map)) {
      for (const std::string& path : Glob(pattern)) {
        ReadFile(path, addresses, diagnostics, found);
      }
    }
  }
  return found;
}

std::uint64_t DiscoverySignature(const Node& scrape_configs) {
  Signature signature;
  Diagnostics ignored;  // They were told when the configuration was read.
  for (const Node& job : scrape_configs.items()) {
    for (const Node& node : job.Find("file_sd_configs").value_or(Node()).items()) {
      MapReader map(node, ignored);
      for (const std::string& pattern : ReadPatterns(map)) {
        signature.AddFiles(pattern);
      }
    }
  }
  return signature.value();
}

}  // namespace sidewatch::application
