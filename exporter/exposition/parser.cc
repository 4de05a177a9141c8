#include "exporter/exposition/parser.h"

#include <algorithm>

#include "exporter/exposition/canonical_float.h"
#include "exporter/exposition/openmetrics_parser.h"
#include "exporter/exposition/text_parser.h"

namespace sidewatch::exposition {
namespace {

std::unique_ptr<LineParser> MakeLineParser(std::string_view page,
                                           Syntax syntax,
                                           CreatedSamples created) {
  if (syntax == Syntax::kOpenMetrics) {
    return std::make_unique<OpenMetricsParser>(page, created);
  }
  return std::make_unique<TextParser>(page);
}

/// Appends `text` without the backslashes that escape. Others stay.
void AppendUnescaped(std::string& out, std::string_view text, bool quotes_too) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == '\\' || (next == '"' && quotes_too)) {
      out += next;
      ++i;
    } else if (next == 'n') {
      out += '\n';
      ++i;
    } else {
      out += text[i];
    }
  }
}

std::string_view UnescapeInto(std::string& made, const RawText& raw, bool quotes_too) {
  if (!raw.escaped) {
    return raw.text;
  }
  made.clear();
  AppendUnescaped(made, raw.text, quotes_too);
  return made;
}

// The first byte nearly always decides, without a call.
bool Precedes(std::string_view left, std::string_view right) {
  if (!left.empty() && !right.empty() && left.front() != right.front()) {
    return static_cast<unsigned char>(left.front()) < static_cast<unsigned char>(right.front());
  }
  return left < right;
}

/// A handful of labels that mostly come sorted: nothing beats insertion. A page may hold a line of
/// a million labels, though.
void SortByName(std::vector<Label>& labels) {
  constexpr std::size_t kHandful = 64;
  if (labels.size() > kHandful) {
    std::ranges::stable_sort(labels, {}, &Label::name);
    return;
  }
  for (std::size_t i = 1; i < labels.size(); ++i) {
    if (!Precedes(labels[i].name, labels[i - 1].name)) {
      continue;
    }
    const Label label = labels[i];
    std::size_t at = i;
    for (; at > 0 && Precedes(label.name, labels[at - 1].name); --at) {
      labels[at] = labels[at - 1];
    }
    labels[at] = label;
  }
}

/// Room for any number in its canonical form.
constexpr std::size_t kNumberBytes = 32;

}  // namespace

PageParser::PageParser(std::string_view page, Syntax syntax, CreatedSamples created)
    : lines_(MakeLineParser(page, syntax, created)) {}

bool PageParser::Next() {
  resolved_ = false;
  if (lines_->Next(entry_) != Step::kEntry) {
    return false;
  }
  if (entry_.kind != EntryKind::kSample) {
    metric_ = UnescapeInto(metric_made_, entry_.metric, true);
    text_ = entry_.text.text;
    if (entry_.kind == EntryKind::kHelp) {
      text_ = UnescapeInto(text_made_, entry_.text, lines_->quotes_in_help());
    }
  }
  return true;
}

Status PageParser::status() const {
  return lines_->error().has_value() ? Status(Fail(*lines_->error())) : Status();
}

std::span<const Label> PageParser::Labels() {
  if (!resolved_) {
    series_.Resolve(entry_.labels, entry_.type);
    resolved_ = true;
  }
  return series_.labels;
}

std::optional<Exemplar> PageParser::FindExemplar() {
  if (!entry_.has_exemplar) {
    return std::nullopt;
  }
  exemplar_.Resolve(entry_.exemplar.labels, MetricType::kUnknown);
  return Exemplar{
      .labels = exemplar_.labels, .value = entry_.exemplar.value, .at = entry_.exemplar.at};
}

void PageParser::Resolved::Resolve(const RawLabels& raw, MetricType type) {
  labels.clear();
  if (raw.metric.has_value()) {
    labels.push_back({kMetricName, raw.metric->text});
  }
  for (const RawLabel& label : raw.labels) {
    labels.push_back({label.name.text, label.value.text});
  }
  if (raw.escaped || type == MetricType::kHistogram || type == MetricType::kSummary) {
    Rewrite(raw, type);
  }
  SortByName(labels);
}

void PageParser::Resolved::Rewrite(const RawLabels& raw, MetricType type) {
  made.clear();
  // Views into `made` must hold, so it gets its room before the first of them.
  std::size_t room = raw.metric.has_value() ? raw.metric->text.size() : 0;
  for (const RawLabel& label : raw.labels) {
    room += label.name.text.size() + 2 * label.value.text.size() + kNumberBytes;
  }
  made.reserve(room);
  auto label = labels.begin();
  if (raw.metric.has_value()) {
    label->value = Unescape(*raw.metric);
    ++label;
  }
  for (const RawLabel& from : raw.labels) {
    label->name = Unescape(from.name);
    label->value = Unescape(from.value);
    if (IsNumberLabel(type, label->name) && !IsSurelyCanonical(label->value)) {
      label->value = MakeCanonical(label->value);
    }
    ++label;
  }
}

std::string_view PageParser::Resolved::Unescape(const RawText& raw) {
  if (!raw.escaped) {
    return raw.text;
  }
  const std::size_t from = made.size();
  AppendUnescaped(made, raw.text, true);
  return std::string_view(made).substr(from);
}

std::string_view PageParser::Resolved::MakeCanonical(std::string_view value) {
  const std::size_t from = made.size();
  AppendCanonicalFloat(made, value);
  return std::string_view(made).substr(from);
}

}  // namespace sidewatch::exposition
