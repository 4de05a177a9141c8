#include "alerts/library/markers.h"

#include <algorithm>
#include <optional>

namespace sidewatch::alerts::library {
namespace {

constexpr std::string_view kSetMark = "  # set: ";
constexpr std::string_view kOffMark = "  # off: ";
constexpr std::string_view kAlert = "- alert: ";

/// Takes the next line, without its line feed, off `rest`.
std::string_view NextLine(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

/// `before VALUE  # set: NAME`.
struct MarkedLine {
  std::string_view before;
  Setting setting;
};

std::optional<MarkedLine> ReadMark(std::string_view line) {
  const std::size_t mark = line.find(kSetMark);
  if (mark == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view code = line.substr(0, mark);
  const std::size_t value = code.rfind(' ') + 1;
  return MarkedLine{
      .before = code.substr(0, value),
      .setting = {.name = line.substr(mark + kSetMark.size()), .value = code.substr(value)}};
}

}  // namespace

std::vector<Setting> FindSettings(std::string_view text) {
  std::vector<Setting> settings;
  while (!text.empty()) {
    const auto marked = ReadMark(NextLine(text));
    if (marked && std::ranges::find(settings, marked->setting) == settings.end()) {
      settings.push_back(marked->setting);
    }
  }
  return settings;
}

std::vector<std::string_view> FindRulesThatAreOff(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    const std::size_t name = line.find(kAlert);
    const std::size_t mark = line.find(kOffMark);
    if (name != std::string_view::npos && mark != std::string_view::npos) {
      names.push_back(line.substr(name + kAlert.size(), mark - name - kAlert.size()));
    }
  }
  return names;
}

std::string ApplySettings(std::string_view text,
                          const std::map<std::string, std::string, std::less<>>& values) {
  std::string applied;
  applied.reserve(text.size());
  while (!text.empty()) {
    const std::string_view line = NextLine(text);
    const auto marked = ReadMark(line);
    if (!marked) {
      applied += line;
    } else {
      const auto own = values.find(marked->setting.name);
      applied += marked->before;
      applied += own == values.end() ? marked->setting.value : std::string_view(own->second);
    }
    applied += '\n';
  }
  return applied;
}

}  // namespace sidewatch::alerts::library
