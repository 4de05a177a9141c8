#include "exporter/relabel/relabel.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "exporter/model/go_regex.h"
#include "exporter/relabel/letter_case.h"
#include "exporter/relabel/md5.h"
#include "exporter/relabel/template.h"

namespace sidewatch::relabel {
namespace {

/// What `target_label` must be.
enum class TargetLabel { kUnused, kName, kTemplate };

/// Which keys an action cannot use, so that a rule which gives them is a mistake.
enum class Only { kAnything, kSourcesAndTarget, kRegex };

struct ActionRow {
  std::string_view name;
  TargetLabel target;
  Only only = Only::kAnything;
  bool takes_replacement = true;
};

// In the order of Action.
constexpr std::array<ActionRow, 11> kActions = {{
    {.name = "replace", .target = TargetLabel::kTemplate},
    {.name = "keep", .target = TargetLabel::kUnused},
    {.name = "drop", .target = TargetLabel::kUnused},
    {.name = "keepequal",
     .target = TargetLabel::kName,
     .only = Only::kSourcesAndTarget,
     .takes_replacement = false},
    {.name = "dropequal",
     .target = TargetLabel::kName,
     .only = Only::kSourcesAndTarget,
     .takes_replacement = false},
    {.name = "hashmod", .target = TargetLabel::kName},
    {.name = "labelmap", .target = TargetLabel::kUnused},
    {.name = "labeldrop", .target = TargetLabel::kUnused, .only = Only::kRegex},
    {.name = "labelkeep", .target = TargetLabel::kUnused, .only = Only::kRegex},
    {.name = "lowercase", .target = TargetLabel::kName, .takes_replacement = false},
    {.name = "uppercase", .target = TargetLabel::kName, .takes_replacement = false},
}};

// A compiled expression over this is refused.
constexpr std::int64_t kMaxRegexBytes = 8 << 20;

const ActionRow& RowOf(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}

std::string Quoted(std::string_view text) {
  std::string quoted;
  AppendQuoted(quoted, text);
  return quoted;
}

std::string ToAsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

Status CheckTargetLabel(const RuleOptions& options, const ActionRow& row) {
  if (options.action == Action::kHashMod && options.modulus == 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "relabel configuration for hashmod requires non-zero modulus");
  }
  if (row.target == TargetLabel::kUnused) {
    return {};
  }
  if (options.target_label.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "relabel configuration for {} action requires 'target_label' value",
                row.name);
  }
  if (!IsValidName(options.target_label)) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} is invalid 'target_label' for {} action",
                Quoted(options.target_label),
                row.name);
  }
  return {};
}

Status CheckReplacement(const RuleOptions& options, const ActionRow& row) {
  static const RuleOptions kDefaults;
  if (!row.takes_replacement && options.replacement != kDefaults.replacement) {
    return Fail(
        ErrorCode::kInvalidArgument, "'replacement' can not be set for {} action", row.name);
  }
  if (options.action == Action::kLabelMap && !IsValidName(options.replacement)) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} is invalid 'replacement' for {} action",
                Quoted(options.replacement),
                row.name);
  }
  return {};
}

Status CheckOnly(const RuleOptions& options, const ActionRow& row) {
  static const RuleOptions kDefaults;
  const bool plain = options.modulus == kDefaults.modulus &&
                     options.separator == kDefaults.separator &&
                     options.replacement == kDefaults.replacement;
  if (row.only == Only::kSourcesAndTarget && (!plain || options.regex != kDefaults.regex)) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} action requires only 'source_labels' and `target_label`, and no other fields",
                row.name);
  }
  if (row.only == Only::kRegex &&
      (!plain || !options.source_labels.empty() || !options.target_label.empty())) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} action requires only 'regex', and no other fields",
                row.name);
  }
  return {};
}

std::uint64_t ShardOf(std::string_view text, std::uint64_t modulus) {
  constexpr std::size_t kHalf = 8;
  const std::array<std::uint8_t, 16> digest = Md5(text);
  std::uint64_t number = 0;
  for (std::size_t i = kHalf; i < digest.size(); ++i) {
    number = number << kHalf | digest[i];
  }
  return number % modulus;
}

}  // namespace

std::string_view ActionName(Action action) {
  return RowOf(action).name;
}

Result<Action> ParseAction(std::string_view name) {
  const std::string lower = ToAsciiLower(name);
  const auto found = std::ranges::find(kActions, lower, &ActionRow::name);
  if (found == kActions.end()) {
    return Fail(ErrorCode::kInvalidArgument, "unknown relabel action {}", Quoted(name));
  }
  return static_cast<Action>(found - kActions.begin());
}

Result<Rule> Rule::Create(RuleOptions options) {
  const ActionRow& row = RowOf(options.action);
  SW_TRY(CheckTargetLabel(options, row));
  SW_TRY(CheckReplacement(options, row));
  SW_TRY(CheckOnly(options, row));
  re2::RE2::Options settings;
  settings.set_log_errors(false);
  settings.set_dot_nl(true);
  settings.set_max_mem(kMaxRegexBytes);
  auto regex = std::make_shared<const re2::RE2>(ToRe2Syntax(options.regex), settings);
  if (!regex->ok()) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"{}\" is no regular expression: {}",
                options.regex,
                regex->error());
  }
  return Rule(std::move(options), std::move(regex));
}

std::string Rule::JoinSources(const LabelSetBuilder& labels) const {
  std::string joined;
  for (std::size_t i = 0; i < options_.source_labels.size(); ++i) {
    joined += i == 0 ? "" : options_.separator;
    joined += labels.Get(options_.source_labels[i]);
  }
  return joined;
}

bool Rule::Matches(std::string_view text) const {
  return re2::RE2::FullMatch(text, *regex_);
}

bool Rule::Apply(LabelSetBuilder& labels) const {
  const std::string text = JoinSources(labels);
  switch (options_.action) {
    case Action::kReplace:
      Replace(labels, text);
      return true;
    case Action::kKeep:
      return Matches(text);
    case Action::kDrop:
      return !Matches(text);
    case Action::kKeepEqual:
      return labels.Get(options_.target_label) == text;
    case Action::kDropEqual:
      return labels.Get(options_.target_label) != text;
    case Action::kHashMod:
      labels.Set(options_.target_label, fmt::to_string(ShardOf(text, options_.modulus)));
      return true;
    case Action::kLabelMap:
      MapLabels(labels);
      return true;
    case Action::kLabelDrop:
      RemoveLabels(labels, /*matching=*/true);
      return true;
    case Action::kLabelKeep:
      RemoveLabels(labels, /*matching=*/false);
      return true;
    case Action::kLowercase:
      labels.Set(options_.target_label, ToLower(text));
      return true;
    case Action::kUppercase:
      labels.Set(options_.target_label, ToUpper(text));
      return true;
  }
  return true;
}

std::optional<std::vector<std::string_view>> Rule::FindGroups(std::string_view text) const {
  std::vector<re2::StringPiece> pieces(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) +
                                       1);
  const bool matches = regex_->Match(re2::StringPiece(text.data(), text.size()),
                                     0,
                                     text.size(),
                                     re2::RE2::ANCHOR_BOTH,
                                     pieces.data(),
                                     static_cast<int>(pieces.size()));
  if (!matches) {
    return std::nullopt;
  }
  std::vector<std::string_view> groups;
  groups.reserve(pieces.size());
  for (const re2::StringPiece& piece : pieces) {
    groups.emplace_back(piece.data(), piece.size());
  }
  return groups;
}

void Rule::Replace(LabelSetBuilder& labels, const std::string& text) const {
  const auto groups = FindGroups(text);
  if (!groups) {
    return;
  }
  const std::string target = Expand(options_.target_label, *regex_, *groups);
  if (IsValidName(target)) {
    labels.Set(target, Expand(options_.replacement, *regex_, *groups));
  }
}

void Rule::MapLabels(LabelSetBuilder& labels) const {
  const auto before = labels.labels();
  for (const auto& [name, value] : before) {
    if (const auto groups = FindGroups(name)) {
      labels.Set(Expand(options_.replacement, *regex_, *groups), value);
    }
  }
}

void Rule::RemoveLabels(LabelSetBuilder& labels, bool matching) const {
  const auto before = labels.labels();
  for (const auto& [name, value] : before) {
    if (Matches(name) == matching) {
      labels.Remove(name);
    }
  }
}

bool Apply(std::span<const Rule> rules, LabelSetBuilder& labels) {
  return std::ranges::all_of(rules, [&](const Rule& rule) { return rule.Apply(labels); });
}

}  // namespace sidewatch::relabel
