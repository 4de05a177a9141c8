#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/exposition/entry.h"
#include "exporter/exposition/format.h"
#include "exporter/exposition/line_parser.h"
#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// An example behind a sample. Lives as long as the labels of the sample.
struct Exemplar {
  std::span<const Label> labels;  ///< Sorted by name.
  double value = 0;
  std::optional<TimePoint> at;
};

/// Reads a page entry by entry, without copying it:
///
///     PageParser parser(page, SyntaxOf(content_type));
///     while (parser.Next()) { if (parser.kind() == EntryKind::kSample) … }
///     SW_TRY(parser.status());
///
/// Takes what Prometheus' scraper takes and gives the same errors: the syntax of each line is
/// checked, not the rules of whole families (a name may repeat, a counter may be negative).
/// Errors:   kProtocol. Entries before the wrong line have been given out.
/// Lifetime: `page` must outlive the parser; views hold until the next call of Next.
class PageParser {
 public:
  PageParser(std::string_view page,
             Syntax syntax,
             CreatedSamples created = CreatedSamples::kStartTimes);

  /// Goes to the next entry. False: the page ends, or status() says what is wrong with it.
  bool Next();

  /// Requires: Next returned false.
  Status status() const;

  /// Where the entry, or the line that is wrong, begins on the page, in bytes.
  std::size_t entry_begin() const { return lines_->entry_begin(); }

  EntryKind kind() const { return entry_.kind; }

  /// Of HELP, TYPE and UNIT: the family that it is about.
  std::string_view metric() const { return metric_; }

  /// HELP: the help, unescaped. UNIT: the unit. A comment: all of it.
  std::string_view text() const { return text_; }

  /// Of TYPE, and of a sample: what the last TYPE line said, whatever the sample's name.
  MetricType type() const { return entry_.type; }

  /// Of a sample: name and labels as written, e.g. `up{job="x"}`. The same text is the same series:
  /// what is kept for it can be found again without looking at the labels.
  std::string_view series() const { return entry_.series; }

  double value() const { return entry_.value; }

  std::optional<TimePoint> at() const { return entry_.at; }

  /// Since when the sample counts, if the page tells (OpenMetrics' `_created`).
  std::optional<TimePoint> started() const { return entry_.started; }

  /// The labels with `__name__`, unescaped and sorted by name; `le` of histograms and `quantile` of
  /// summaries as OpenMetrics writes numbers. A name that the page gives twice is here twice, and
  /// empty values are here. Cost: made at the first call for the sample.
  std::span<const Label> Labels();

  std::optional<Exemplar> FindExemplar();

 private:
  /// Texts that had to be made, and the labels that point to them and to the page.
  struct Resolved {
    std::string made;
    std::vector<Label> labels;

    void Resolve(const RawLabels& raw, MetricType type);
    void Rewrite(const RawLabels& raw, MetricType type);
    std::string_view Unescape(const RawText& raw);
    std::string_view MakeCanonical(std::string_view value);
  };

  std::unique_ptr<LineParser> lines_;
  RawEntry entry_;
  std::string metric_made_;
  std::string text_made_;
  std::string_view metric_;
  std::string_view text_;
  Resolved series_;
  Resolved exemplar_;
  bool resolved_ = false;
};

/// Whether a label without a value is kept: for whoever tells "no such label" from "not said".
enum class EmptyLabels { kDrop, kKeep };

/// All samples of a page by family. What is on it before an error is lost: half a page would end
/// the other half's series.
///
/// Shape:  a family's name is that of its samples as the store has it: OpenMetrics' counter `a`
///         becomes `a_total`, its info `a` becomes `a_info`. Samples that belong to no TYPE line
///         are families of their own, of type unknown. `_created` samples are dropped.
/// Errors: kProtocol for what PageParser refuses, names that are no valid UTF-8, and a label name
///         that is given twice.
Result<std::vector<MetricFamily>> ParseFamilies(std::string_view page,
                                                std::string_view content_type,
                                                EmptyLabels empty_labels = EmptyLabels::kDrop);

}  // namespace sidewatch::exposition
