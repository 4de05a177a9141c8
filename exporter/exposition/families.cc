#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "exporter/exposition/parser.h"

namespace sidewatch::exposition {
namespace {

/// Which samples belong to a TYPE line, besides those of its very name.
struct TypeRow {
  std::array<std::string_view, 4> suffixes;
  std::string_view stored_suffix;  ///< What OpenMetrics' family name lacks to be the samples'.
};

constexpr std::string_view kNone = "";

// In the order of MetricType.
constexpr TypeRow kTypes[] = {
    {{kNone, kNone, kNone, kNone}, ""},
    {{"_total", "_created", kNone, kNone}, "_total"},
    {{kNone, kNone, kNone, kNone}, ""},
    {{"_bucket", "_sum", "_count", "_created"}, ""},
    {{"_bucket", "_gsum", "_gcount", kNone}, ""},
    {{"_sum", "_count", "_created", kNone}, ""},
    {{"_info", kNone, kNone, kNone}, "_info"},
    {{kNone, kNone, kNone, kNone}, ""},
};

const TypeRow& RowOf(MetricType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

/// No quoted name with a zero byte can be read again, so one target would spoil the page of all.
bool CanBeWritten(std::string_view name) {
  return IsValidName(name) && name.find('\0') == std::string_view::npos;
}

class FamilyCollector {
 public:
  FamilyCollector(Syntax syntax, EmptyLabels empty) : syntax_(syntax), empty_(empty) {}

  Status Add(PageParser& parser) {
    switch (parser.kind()) {
      case EntryKind::kHelp:
        At(parser.metric()).help = parser.text();
        break;
      case EntryKind::kUnit:
        At(parser.metric()).unit = parser.text();
        break;
      case EntryKind::kType:
        At(parser.metric()).type = parser.type();
        break;
      case EntryKind::kComment:
        break;
      case EntryKind::kSample:
        return AddSample(parser);
    }
    return {};
  }

  std::vector<MetricFamily> Take() {
    std::erase_if(families_, [](const MetricFamily& family) { return family.samples.empty(); });
    for (MetricFamily& family : families_) {
      const std::string_view suffix = RowOf(family.type).stored_suffix;
      if (syntax_ == Syntax::kOpenMetrics && !family.name.ends_with(suffix)) {
        family.name += suffix;
      }
    }
    return std::move(families_);
  }

 private:
  MetricFamily& At(std::string_view name) {
    const auto found = index_.find(name);
    if (found != index_.end()) {
      return families_[found->second];
    }
    index_.emplace(name, families_.size());
    families_.emplace_back().name = name;
    return families_.back();
  }

  static bool Owns(const MetricFamily& family, std::string_view name) {
    if (!name.starts_with(family.name)) {
      return false;
    }
    const std::string_view rest = name.substr(family.name.size());
    if (rest.empty()) {
      return true;
    }
    const auto& suffixes = RowOf(family.type).suffixes;
    return std::ranges::find(suffixes, rest) != suffixes.end();
  }

  /// The family of a TYPE or HELP line that a sample of this name belongs to.
  std::optional<std::size_t> FindIndex(std::string_view name) const {
    if (const auto exact = index_.find(name); exact != index_.end()) {
      return exact->second;
    }
    const auto base = index_.find(name.substr(0, name.rfind('_')));
    if (base != index_.end() && Owns(families_[base->second], name)) {
      return base->second;
    }
    return std::nullopt;
  }

  MetricFamily& FindFamily(std::string_view name) {
    if (current_ < families_.size() && Owns(families_[current_], name)) {
      return families_[current_];
    }
    const std::optional<std::size_t> found = FindIndex(name);
    if (!found.has_value()) {
      At(name);
    }
    current_ = found.value_or(families_.size() - 1);
    return families_[current_];
  }

  Status AddSample(PageParser& parser) {
    labels_.clear();
    std::string_view before;
    std::string_view metric;
    for (const Label& label : parser.Labels()) {
      if (!CanBeWritten(label.name)) {
        return Fail(ErrorCode::kProtocol, "invalid label name in {}", parser.series());
      }
      if (label.name == before) {
        return Fail(ErrorCode::kProtocol,
                    "label name \"{}\" is not unique in {}",
                    label.name,
                    parser.series());
      }
      before = label.name;
      metric = label.name == kMetricName ? label.value : metric;
      if (!label.value.empty() || empty_ == EmptyLabels::kKeep) {
        labels_.push_back(label);
      }
    }
    if (!CanBeWritten(metric)) {
      return Fail(ErrorCode::kProtocol, "invalid metric name in {}", parser.series());
    }
    FindFamily(metric).samples.push_back(
        {.labels = LabelSet::FromSorted(labels_), .value = parser.value(), .at = parser.at()});
    return {};
  }

  Syntax syntax_;
  EmptyLabels empty_;
  std::vector<MetricFamily> families_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::size_t current_ = 0;
  std::vector<Label> labels_;
};

}  // namespace

Result<std::vector<MetricFamily>> ParseFamilies(std::string_view page,
                                                std::string_view content_type,
                                                EmptyLabels empty_labels) {
  const Syntax syntax = SyntaxOf(content_type);
  PageParser parser(page, syntax);
  FamilyCollector families(syntax, empty_labels);
  while (parser.Next()) {
    SW_TRY(families.Add(parser));
  }
  SW_TRY(parser.status());
  return families.Take();
}

}  // namespace sidewatch::exposition
