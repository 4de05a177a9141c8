#include "exporter/app/commands/openmetrics_reader.h"

#include <algorithm>
#include <utility>

#include "exporter/model/label_set.h"

namespace sidewatch::app {
namespace {

using exposition::EntryKind;
using exposition::PageParser;

Result<LabelSet> MakeLabels(PageParser& parser) {
  const std::span<const Label> labels = parser.Labels();
  const auto twice = std::ranges::adjacent_find(labels, {}, &Label::name);
  if (twice != labels.end()) {
    return Fail(
        ErrorCode::kInvalidArgument, "label {} stands twice on {}", twice->name, parser.series());
  }
  std::vector<Label> kept(labels.begin(), labels.end());
  std::erase_if(kept, [](const Label& label) { return label.value.empty(); });
  return LabelSet::FromSorted(kept);
}

}  // namespace

Status OpenMetricsReader::Read(std::string_view text,
                               std::string_view name,
                               const Progress& progress) {
  PageParser parser(text, exposition::Syntax::kOpenMetrics, exposition::CreatedSamples::kEntries);
  Status read = ReadAll(parser, progress);
  if (read.has_value()) {
    return {};
  }
  const auto line =
      1 + std::ranges::count(text.substr(0, std::min(parser.entry_begin(), text.size())), '\n');
  return Fail(read.error().code, "{}:{}: {}", name, line, read.error().message);
}

Status OpenMetricsReader::ReadAll(PageParser& parser, const Progress& progress) {
  constexpr std::uint32_t kEntriesPerReport = 1U << 16U;
  std::uint32_t entries = 0;
  while (parser.Next()) {
    SW_TRY(TakeEntry(parser));
    if (++entries % kEntriesPerReport == 0) {
      progress(parser.entry_begin());
    }
  }
  return parser.status();
}

Status OpenMetricsReader::TakeEntry(PageParser& parser) {
  if (parser.kind() == EntryKind::kSample) {
    return AddSample(parser);
  }
  if (parser.kind() == EntryKind::kType) {
    // The same text may mean other labels now: `le` of a histogram is rewritten.
    known_.clear();
    last_text_.clear();
  }
  return {};
}

Status OpenMetricsReader::AddSample(PageParser& parser) {
  if (!parser.at().has_value()) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} has no timestamp; expected `series value seconds`",
                parser.series());
  }
  if (parser.series() != last_text_) {
    SW_TRY_ASSIGN(last_, FindSeries(parser));
    last_text_ = parser.series();
  }
  return writer_.Add(last_, ToUnixMillis(*parser.at()), parser.value());
}

Result<std::uint32_t> OpenMetricsReader::FindSeries(PageParser& parser) {
  if (const auto found = known_.find(parser.series()); found != known_.end()) {
    return found->second;
  }
  SW_TRY_ASSIGN(const LabelSet labels, MakeLabels(parser));
  const std::uint32_t number = writer_.SeriesOf(labels);
  known_.emplace(parser.series(), number);
  return number;
}

}  // namespace sidewatch::app
