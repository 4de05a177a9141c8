#include "collectors/redis/info.h"

#include <algorithm>

#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

/// Cuts the part before `separator` off `rest`.
std::string_view TakeUntil(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

Info Info::Parse(std::string_view text) {
  Info info;
  while (!text.empty()) {
    std::string_view line = TakeUntil(text, '\n');
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    const std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) {
      continue;
    }
    const std::string_view field = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 1);
    if (info.index_.emplace(field, value).second) {
      info.fields_.emplace_back(field, value);
    }
  }
  return info;
}

std::optional<std::string_view> Info::Find(std::string_view field) const {
  const auto found = index_.find(field);
  return found == index_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<double> Info::Number(std::string_view field) const {
  const std::optional<std::string_view> text = Find(field);
  return text ? ParseNumber(*text) : std::nullopt;
}

std::optional<std::string_view> FindPair(std::string_view pairs, std::string_view key) {
  while (!pairs.empty()) {
    std::string_view pair = TakeUntil(pairs, ',');
    const std::string_view name = TakeUntil(pair, '=');
    if (name == key) {
      return pair;
    }
  }
  return std::nullopt;
}

std::optional<double> PairNumber(std::string_view pairs, std::string_view key) {
  const std::optional<std::string_view> text = FindPair(pairs, key);
  return text ? ParseNumber(*text) : std::nullopt;
}

}  // namespace sidewatch::redis
