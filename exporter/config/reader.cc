#include "exporter/config/reader.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace sidewatch::config {
namespace {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> NearestName(std::string_view text,
                                       const std::vector<std::string>& known) {
  constexpr std::size_t kMaxText = 64;
  std::optional<std::string> nearest;
  std::size_t best = text.size() <= kMaxText ? text.size() / 3 + 1 : 0;
  for (const std::string& name : known) {
    const std::size_t distance = EditDistance(text, name);
    if (distance <= best && distance < name.size()) {
      best = distance - (distance > 0 ? 1 : 0);
      nearest = name;
    }
  }
  return nearest;
}

MapReader::MapReader(Node node, Diagnostics& diagnostics)
    : node_(std::move(node)), diagnostics_(diagnostics) {
  if (!node_.is_map() && !node_.is_null()) {
    diagnostics_.Error(node_.position(), "expected a map, got " + node_.Describe());
    finished_ = true;
  }
}

std::optional<Node> MapReader::Get(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) {
    known_.emplace_back(key);
  }
  return node_.Find(key);
}

std::string ResolvePath(const Position& where, const std::string& path) {
  const std::size_t slash = where.file ? where.file->rfind('/') : std::string::npos;
  const bool stays = path.empty() || path.front() == '/' || slash == std::string::npos;
  return stays ? path : where.file->substr(0, slash + 1) + path;
}

bool MapReader::ReadSecret(std::string_view key, SecretSource& out) {
  Secret value;
  std::string path;
  const std::string file_key = std::string(key) + "_file";
  const bool has_value = Read(key, value);
  const bool has_file = Read(file_key, path);
  if (has_value && has_file) {
    ErrorAt(file_key, fmt::format("at most one of {} & {} must be configured", key, file_key));
    return false;
  }
  if (has_value) {
    out = SecretSource(std::move(value));
  } else if (has_file) {
    out = SecretSource::FromFile(ResolvePath(node_.position(), path));
  }
  return has_value || has_file;
}

void MapReader::Ignore(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    Get(key);
  }
}

void MapReader::ErrorAt(std::string_view key, std::string_view message) {
  const std::optional<Node> value = Get(key);
  diagnostics_.Error(value ? value->position() : node_.position(), message);
}

void MapReader::Finish() {
  if (finished_) {
    return;
  }
  finished_ = true;
  for (const auto& [key, value] : node_.entries()) {
    if (std::ranges::find(known_, key.text()) != known_.end()) {
      continue;
    }
    const auto nearest = NearestName(key.text(), known_);
    diagnostics_.Error(
        key.position(),
        nearest ? fmt::format("unknown key \"{}\", did you mean \"{}\"?", key.text(), *nearest)
                : fmt::format("unknown key \"{}\"", key.text()));
  }
}

}  // namespace sidewatch::config
