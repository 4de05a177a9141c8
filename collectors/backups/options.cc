#include "collectors/backups/options.h"

#include <algorithm>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/base/number.h"
#include "exporter/cron/read_schedule.h"

namespace sidewatch::backups {
namespace {

constexpr double kPercent = 100;

void ReadSchedule(config::MapReader& target, Options& options) {
  const bool given = target.Has("schedule");
  options.zone = cron::ReadZone(target);
  options.schedule = cron::ReadSchedule(target, options.zone);
  if (target.Read("grace", options.grace) && !given) {
    target.ErrorAt("grace", "is of no use without a schedule");
  }
}

/// The last name of each path, if that tells them apart; else the whole path.
void NameSets(std::vector<FileSet>& sets) {
  std::vector<std::string> names;
  names.reserve(sets.size());
  for (const FileSet& set : sets) {
    names.push_back(set.pattern.text.substr(set.pattern.text.rfind('/') + 1));
  }
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  const bool unique = std::ranges::adjacent_find(sorted) == sorted.end();
  for (std::size_t i = 0; sets.size() > 1 && i < sets.size(); ++i) {
    sets[i].file = unique ? names[i] : sets[i].pattern.text;
  }
}

void ReadPath(config::MapReader& target, Options& options) {
  std::string text;
  target.Require("path", text);
  if (text.empty()) {
    return;
  }
  const Result<std::vector<std::string>> paths = ExpandBraces(text);
  if (!paths) {
    target.ErrorAt("path", paths.error().message);
    return;
  }
  for (const std::string& path : *paths) {
    Result<PathPattern> pattern = PathPattern::Parse(path);
    if (!pattern) {
      target.ErrorAt("path", pattern.error().message);
      return;
    }
    options.sets.push_back({.file = {}, .pattern = std::move(*pattern)});
  }
  NameSets(options.sets);
}

void ReadShrink(config::MapReader& target, Options& options) {
  std::string text;
  if (!target.Read("max_shrink", text)) {
    return;
  }
  const bool percent = text.ends_with('%');
  const auto number =
      ParseNumber(std::string_view(text).substr(0, text.size() - (percent ? 1 : 0)));
  const double share = number.value_or(0) / (percent ? kPercent : 1);
  if (!number || !(share > 0 && share < 1)) {
    target.ErrorAt(
        "max_shrink",
        fmt::format("expected a share between 0% and 100%, such as 50%, got \"{}\"", text));
    return;
  }
  options.max_shrink = share;
}

/// `30d` or `14`.
void ReadKeep(config::MapReader& target, Options& options) {
  std::string text;
  if (!target.Read("keep", text)) {
    return;
  }
  const auto count = ParseInteger(text);
  const auto duration = ParseDuration(text);
  if (count && *count > 0) {
    options.keep_files = static_cast<std::uint64_t>(*count);
  } else if (duration && *duration > Duration(0)) {
    options.keep_for = *duration;
  } else {
    target.ErrorAt(
        "keep",
        fmt::format("expected how long, such as 30d, or how many, such as 14, got \"{}\"", text));
  }
}

}  // namespace

Options ReadOptions(config::MapReader& target) {
  Options options{.name = "backups"};
  target.Read("name", options.name);
  ReadPath(target, options);
  ReadSchedule(target, options);
  Duration max_age{};
  if (target.Read("max_age", max_age)) {
    options.max_age = max_age;
  }
  config::ByteSize min_size;
  target.Read("min_size", min_size);
  options.min_size = min_size.bytes;
  ReadShrink(target, options);
  ReadKeep(target, options);
  target.Read("verify", options.verify);
  return options;
}

}  // namespace sidewatch::backups
