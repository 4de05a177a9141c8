#include "alerts/rules/rule_file.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "alerts/rules/rule_check.h"
#include "exporter/base/duration.h"
#include "exporter/base/number.h"
#include "exporter/config/node.h"

namespace sidewatch::alerts::rules {
namespace {

using config::Diagnostics;
using config::Node;

/// `LINE:COL`.
std::string PlaceOf(const Node& node) {
  return fmt::format("{}:{}", node.position().line, node.position().column);
}

class FileReader {
 public:
  FileReader(std::string name, const LoadOptions& options, Diagnostics& diagnostics)
      : file_(std::move(name)), options_(options), diagnostics_(diagnostics) {}

  std::vector<GroupConfig> Read(const Node& document);

 private:
  using Handler = void (FileReader::*)(const Node& value);

  struct Key {
    std::string_view name;
    Handler read;
  };

  void Error(const Node& where, const std::string& message) {
    diagnostics_.Error(fmt::format("{}: {}: {}", file_, PlaceOf(where), message));
  }

  void ReadMap(const Node& node, std::span<const Key> keys, std::string_view type);
  std::string Text(const Node& node);
  Duration ReadDuration(const Node& node);
  TextPairs ReadPairs(const Node& node);

  void ReadGroups(const Node& node);
  void ReadGroup(const Node& node);
  void ReadRules(const Node& node);
  void ReadRule(const Node& node);
  void CheckGroup(const Node& node);
  void InheritLabels();

  std::string file_;
  const LoadOptions& options_;
  Diagnostics& diagnostics_;
  std::vector<GroupConfig> groups_;
  std::set<std::string> group_names_;
  GroupConfig group_;
  Node group_name_;
  std::vector<RuleSource> sources_;
  RuleSource source_;

 public:
  // The tables name members, so they stand behind them.
  static constexpr std::array kFileKeys = {Key{"groups", &FileReader::ReadGroups}};

  void GroupName(const Node& node) {
    group_.name = Text(node);
    group_name_ = node;
  }

  void Interval(const Node& node) { group_.interval = ReadDuration(node); }

  void QueryOffset(const Node& node) { group_.query_offset = ReadDuration(node); }

  void Limit(const Node& node);

  void OnMissingData(const Node& node);

  void GroupLabels(const Node& node) { group_.labels = ReadPairs(node); }

  static constexpr std::array kGroupKeys = {
      Key{"name", &FileReader::GroupName},
      Key{"interval", &FileReader::Interval},
      Key{"query_offset", &FileReader::QueryOffset},
      Key{"limit", &FileReader::Limit},
      Key{"labels", &FileReader::GroupLabels},
      Key{"on_missing", &FileReader::OnMissingData},
      Key{"rules", &FileReader::ReadRules},
  };

  void Record(const Node& node) {
    source_.record = Text(node);
    source_.record_place = PlaceOf(node);
  }

  void AlertName(const Node& node) {
    source_.alert = Text(node);
    source_.alert_place = PlaceOf(node);
  }

  void Expr(const Node& node) {
    source_.expr = Text(node);
    source_.expr_place = PlaceOf(node);
  }

  void For(const Node& node) { source_.hold = ReadDuration(node); }

  void KeepFiringFor(const Node& node) { source_.keep_firing = ReadDuration(node); }

  void Labels(const Node& node) { source_.labels = ReadPairs(node); }

  void Annotations(const Node& node) { source_.annotations = ReadPairs(node); }

  static constexpr std::array kRuleKeys = {
      Key{"record", &FileReader::Record},
      Key{"alert", &FileReader::AlertName},
      Key{"expr", &FileReader::Expr},
      Key{"for", &FileReader::For},
      Key{"keep_firing_for", &FileReader::KeepFiringFor},
      Key{"labels", &FileReader::Labels},
      Key{"annotations", &FileReader::Annotations},
  };
};

void FileReader::ReadMap(const Node& node, std::span<const Key> keys, std::string_view type) {
  if (node.is_null()) {
    return;
  }
  if (!node.is_map()) {
    Error(node, fmt::format("expected a map, got {}", node.Describe()));
    return;
  }
  for (const auto& [key, value] : node.entries()) {
    const auto row = std::ranges::find(keys, key.text(), &Key::name);
    if (row != keys.end()) {
      (this->*row->read)(value);
    } else if (!options_.ignore_unknown_fields) {
      Error(key, fmt::format("field {} not found in type {}", key.text(), type));
    }
  }
}

std::string FileReader::Text(const Node& node) {
  if (node.is_null()) {
    return {};
  }
  if (!node.is_scalar()) {
    Error(node, fmt::format("expected a text, got {}", node.Describe()));
    return {};
  }
  return node.text();
}

Duration FileReader::ReadDuration(const Node& node) {
  if (!node.is_scalar()) {
    Text(node);
    return Duration(0);
  }
  const Result<Duration> duration = ParseDuration(node.text());
  if (!duration) {
    Error(node, duration.error().message);
  }
  return duration.value_or(Duration(0));
}

TextPairs FileReader::ReadPairs(const Node& node) {
  TextPairs pairs;
  if (node.is_null()) {
    return pairs;
  }
  if (!node.is_map()) {
    Error(node, fmt::format("expected a map, got {}", node.Describe()));
    return pairs;
  }
  for (const auto& [key, value] : node.entries()) {
    pairs.emplace_back(Text(key), Text(value));
  }
  std::ranges::sort(pairs);
  return pairs;
}

void FileReader::Limit(const Node& node) {
  if (node.is_null()) {
    return;
  }
  const auto limit = ParseInteger(Text(node));
  constexpr std::int64_t kMost = 1'000'000'000;
  if (!limit || *limit < -kMost || *limit > kMost) {
    Error(node, fmt::format("expected a number of alerts or samples, got {}", node.Describe()));
    return;
  }
  group_.limit = static_cast<int>(std::max<std::int64_t>(*limit, 0));
}

void FileReader::OnMissingData(const Node& node) {
  struct Word {
    std::string_view text;
    OnMissing value;
  };

  static constexpr std::array kWords = {Word{"hold", OnMissing::kHold},
                                        Word{"resolve", OnMissing::kResolve},
                                        Word{"fire", OnMissing::kFire}};
  const auto* const word = std::ranges::find(kWords, Text(node), &Word::text);
  if (word == kWords.end()) {
    Error(node, fmt::format("expected hold, resolve or fire, got {}", node.Describe()));
    return;
  }
  group_.on_missing = word->value;
}

std::vector<GroupConfig> FileReader::Read(const Node& document) {
  ReadMap(document, kFileKeys, "rulefmt.RuleGroups");
  return std::move(groups_);
}

void FileReader::ReadGroups(const Node& node) {
  if (!node.is_list() && !node.is_null()) {
    Error(node, fmt::format("expected a list of groups, got {}", node.Describe()));
    return;
  }
  for (const Node& group : node.items()) {
    if (!group.is_null()) {
      ReadGroup(group);
    }
  }
}

void FileReader::ReadGroup(const Node& node) {
  group_ = GroupConfig{.file = file_, .name = {}, .query_offset = options_.default_query_offset};
  group_name_ = node;
  sources_.clear();
  ReadMap(node, kGroupKeys, "rulefmt.RuleGroup");
  CheckGroup(node);
  InheritLabels();
  int number = 0;
  for (const RuleSource& source : sources_) {
    ++number;
    RuleConfig rule;
    for (const RuleProblem& problem : CheckRule(source, options_, rule)) {
      const std::string place = problem.place.empty() ? "" : problem.place + ": ";
      const std::string& name = source.alert.empty() ? source.record : source.alert;
      diagnostics_.Error(fmt::format("{}: {}group \"{}\", rule {}, \"{}\": {}",
                                     file_,
                                     place,
                                     group_.name,
                                     number,
                                     name,
                                     problem.message));
    }
    group_.rules.push_back(std::move(rule));
  }
  groups_.push_back(std::move(group_));
}

void FileReader::CheckGroup(const Node& node) {
  if (group_.name.empty()) {
    Error(node, "Groupname must not be empty");
  } else if (!group_names_.insert(group_.name).second) {
    Error(group_name_, fmt::format("groupname: \"{}\" is repeated in the same file", group_.name));
  }
  for (const std::string& problem : CheckLabels(group_.labels, options_)) {
    Error(node, problem);
  }
}

void FileReader::InheritLabels() {
  for (RuleSource& source : sources_) {
    for (const auto& [name, value] : group_.labels) {
      const bool own = std::ranges::find(source.labels, name, [](const auto& pair) {
                         return pair.first;
                       }) != source.labels.end();
      if (!own) {
        source.labels.emplace_back(name, value);
      }
    }
    std::ranges::sort(source.labels);
  }
}

void FileReader::ReadRules(const Node& node) {
  if (!node.is_list() && !node.is_null()) {
    Error(node, fmt::format("expected a list of rules, got {}", node.Describe()));
    return;
  }
  for (const Node& rule : node.items()) {
    if (!rule.is_null()) {
      ReadRule(rule);
    }
  }
}

void FileReader::ReadRule(const Node& node) {
  source_ = RuleSource{.place = PlaceOf(node)};
  ReadMap(node, kRuleKeys, "rulefmt.Rule");
  sources_.push_back(std::move(source_));
}

}  // namespace

std::vector<GroupConfig> ParseRuleFile(std::string_view text,
                                       const std::string& name,
                                       const LoadOptions& options,
                                       Diagnostics& diagnostics) {
  const auto document = config::ParseYaml(text, name, config::ExpandEnv::kNo, diagnostics);
  if (!document) {
    return {};
  }
  return FileReader(name, options, diagnostics).Read(*document);
}

std::vector<GroupConfig> LoadRuleFile(const std::string& path,
                                      const LoadOptions& options,
                                      Diagnostics& diagnostics) {
  const auto document = config::LoadYaml(path, config::ExpandEnv::kNo, diagnostics);
  if (!document) {
    return {};
  }
  return FileReader(path, options, diagnostics).Read(*document);
}

}  // namespace sidewatch::alerts::rules
