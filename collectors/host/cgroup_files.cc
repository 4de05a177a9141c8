#include "collectors/host/cgroup_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fnmatch.h>

#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

bool IsGroup(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

std::string Join(const std::string& folder, const std::string& name) {
  return folder + "/" + name;
}

/// The folders below `folder` whose names fit one part of a pattern.
std::vector<std::string> Fitting(const std::string& folder, const std::string& part) {
  std::vector<std::string> names;
  if (part.find_first_of("*?[") == std::string::npos) {
    if (IsGroup(Join(folder, part))) {
      names.push_back(part);
    }
    return names;
  }
  for (std::string& name : ListFolder(folder)) {
    if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0 && IsGroup(Join(folder, name))) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

/// The paths below all of `folders` that fit one part of a pattern.
std::vector<std::string> Below(const std::string& root,
                               const std::vector<std::string>& folders,
                               const std::string& part) {
  std::vector<std::string> paths;
  for (const std::string& folder : folders) {
    for (const std::string& name : Fitting(root + folder, part)) {
      paths.push_back(Join(folder, name));
    }
  }
  return paths;
}

void AddPath(std::string path, std::size_t most, CgroupPaths& out) {
  if (std::ranges::find(out.paths, path) != out.paths.end()) {
    return;
  }
  if (out.paths.size() < most) {
    out.paths.push_back(std::move(path));
  } else {
    ++out.left_out;
  }
}

}  // namespace

std::optional<std::string> FindCgroupRoot(const std::string& sysfs) {
  for (const char* place : {"/fs/cgroup", "/fs/cgroup/unified"}) {
    std::error_code error;
    std::string root = sysfs + place;
    if (std::filesystem::exists(root + "/cgroup.controllers", error)) {
      return root;
    }
  }
  return std::nullopt;
}

std::optional<std::string> OwnCgroup(std::string_view text) {
  constexpr std::string_view kUnified = "0::";
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line.starts_with(kUnified)) {
      return std::string(line.substr(kUnified.size()));
    }
  }
  return std::nullopt;
}

void ExpandCgroups(const std::string& root,
                   std::string_view pattern,
                   std::size_t most,
                   CgroupPaths& out) {
  std::vector<std::string> found = {""};
  while (!pattern.empty()) {
    pattern.remove_prefix(std::min(pattern.find_first_not_of('/'), pattern.size()));
    const std::string part(pattern.substr(0, pattern.find('/')));
    pattern.remove_prefix(part.size());
    if (!part.empty()) {
      found = Below(root, found, part);
    }
  }
  for (std::string& path : found) {
    AddPath(path.empty() ? "/" : std::move(path), most, out);
  }
}

std::optional<double> FlatValue(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    if (words.size() == 2 && words[0] == name) {
      return ReadCount(words[1]);
    }
  }
  return std::nullopt;
}

std::vector<IoLine> ParseIoStat(std::string_view text) {
  std::vector<IoLine> lines;
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    IoLine line;
    for (const std::string_view word : words) {
      const std::size_t equals = word.find('=');
      const auto value =
          equals == std::string_view::npos ? std::nullopt : ReadCount(word.substr(equals + 1));
      if (value) {
        line.values.emplace_back(word.substr(0, equals), *value);
      } else if (line.device.empty()) {
        line.device = word;
      }
    }
    if (!line.values.empty()) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace sidewatch::host
