#include "collectors/host/process_text.h"

#include <algorithm>
#include <array>

#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr double kKiB = 1024;

// Places in /proc/PID/stat behind the name, whose own place is 2. proc(5) counts from 1.
constexpr std::size_t kFirst = 3;
constexpr std::size_t kParent = 4;
constexpr std::size_t kRss = 24;

struct StatField {
  std::size_t place;
  double ProcessStat::*field;
};

constexpr std::array kStatFields = {
    StatField{10, &ProcessStat::minor_faults},
    StatField{12, &ProcessStat::major_faults},
    StatField{14, &ProcessStat::user_ticks},
    StatField{15, &ProcessStat::system_ticks},
    StatField{20, &ProcessStat::threads},
    StatField{22, &ProcessStat::start_ticks},
    StatField{23, &ProcessStat::virtual_bytes},
    StatField{kRss, &ProcessStat::resident_pages},
};

}  // namespace

std::optional<ProcessStat> ParseProcessStat(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  const auto words = Words(Trim(text.substr(close + 1)));
  if (words.size() <= kRss - kFirst || words[0].size() != 1) {
    return std::nullopt;
  }
  ProcessStat stat;
  stat.comm = text.substr(open + 1, close - open - 1);
  stat.state = words[0][0];
  stat.parent = static_cast<std::int64_t>(ReadCount(words[kParent - kFirst]).value_or(0));
  for (const StatField& row : kStatFields) {
    const auto value = ReadCount(words[row.place - kFirst]);
    if (!value) {
      return std::nullopt;
    }
    stat.*row.field = *value;
  }
  return stat;
}

std::vector<std::string> ParseCmdline(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<double> StatusNumber(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    const bool found = line.starts_with(name) && line.substr(name.size()).starts_with(':');
    if (!found) {
      continue;
    }
    const auto words = Words(line.substr(name.size() + 1));
    const auto number = words.empty() ? std::nullopt : ReadCount(words[0]);
    const bool is_kib = words.size() > 1 && words[1] == "kB";
    return number ? std::optional(*number * (is_kib ? kKiB : 1)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<double> OpenFilesLimit(std::string_view text) {
  constexpr std::string_view kName = "Max open files";
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line.starts_with(kName)) {
      const auto words = Words(line.substr(kName.size()));
      return words.empty() ? std::nullopt : ReadCount(words[0]);
    }
  }
  return std::nullopt;
}

}  // namespace sidewatch::host
