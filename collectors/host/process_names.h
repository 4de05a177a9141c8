#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <re2/re2.h>

#include "exporter/config/reader.h"

namespace sidewatch::host {

/// What a process is named by.
struct ProcessFacts {
  std::string comm;
  std::vector<std::string> cmdline;  ///< Empty: a kernel thread.
  std::string username;
};

/// One entry of process-exporter's `process_names`: which processes belong together, and what the
/// group is called.
struct ProcessName {
  std::string name;  ///< `postgres`, or a template: `{{.Matches.Site}}`.
  std::vector<std::string> comm;
  std::vector<std::string> exe;
  std::vector<std::shared_ptr<const RE2>> cmdline;
  bool wants_username = false;
};

/// Reads the key `processes`; mistakes go to the reader's diagnostics.
std::vector<ProcessName> ReadProcessNames(config::MapReader& target);

/// The group of a process: that of the first entry that fits. Nothing: none does.
std::optional<std::string> GroupOf(const std::vector<ProcessName>& names,
                                   const ProcessFacts& process);

/// True if the name is the same for all processes of the entry.
bool IsFixedName(const ProcessName& entry);

}  // namespace sidewatch::host
