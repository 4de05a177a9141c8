#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidewatch::host {

/// Where cgroup v2 is mounted below `sysfs`, alone or beside v1. Nothing: nowhere.
std::optional<std::string> FindCgroupRoot(const std::string& sysfs);

/// The path of a process' own group in the text of /proc/PID/cgroup: `0::/shop.service`. Nothing:
/// it is in none of v2.
std::optional<std::string> OwnCgroup(std::string_view text);

/// Paths below `root`, at most `most`, and how many more there are.
struct CgroupPaths {
  std::vector<std::string> paths;
  std::size_t left_out = 0;
};

/// The groups that `pattern` names, part by part as a shell does: `/system.slice/*.service`.
void ExpandCgroups(const std::string& root,
                   std::string_view pattern,
                   std::size_t most,
                   CgroupPaths& out);

/// The number of `name` in lines of `name number`. Nothing: no such line.
std::optional<double> FlatValue(std::string_view text, std::string_view name);

/// A line of io.stat: `8:0 rbytes=1 wbytes=2 …`.
struct IoLine {
  std::string_view device;  ///< `8:0`.
  std::vector<std::pair<std::string_view, double>> values;
};

std::vector<IoLine> ParseIoStat(std::string_view text);

}  // namespace sidewatch::host
