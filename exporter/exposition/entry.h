#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/metric.h"

namespace sidewatch::exposition {

enum class EntryKind { kHelp, kType, kUnit, kComment, kSample };

/// A text as it stands on the page.
struct RawText {
  std::string_view text = {};
  bool escaped = false;  ///< Holds a backslash.
};

struct RawLabel {
  RawText name;
  RawText value;
};

/// What stands inside one pair of braces.
struct RawLabels {
  std::optional<RawText> metric;  ///< The metric's name, before or inside the braces.
  std::vector<RawLabel> labels;
  bool escaped = false;  ///< Any of the texts is.

  void Clear() {
    metric.reset();
    labels.clear();
    escaped = false;
  }
};

struct RawExemplar {
  RawLabels labels;
  double value = 0;
  std::optional<TimePoint> at;
};

/// One line of a page, as views into it. Which members hold depends on the kind.
struct RawEntry {
  EntryKind kind = EntryKind::kComment;

  RawText metric;                          ///< kHelp, kType, kUnit: the family, without quotes.
  RawText text;                            ///< kHelp, kUnit, kComment.
  MetricType type = MetricType::kUnknown;  ///< The last TYPE line's, also for samples.

  std::string_view series;  ///< kSample: name and labels as written.
  RawLabels labels;
  double value = 0;
  std::optional<TimePoint> at;
  std::optional<TimePoint> started;
  bool has_exemplar = false;
  RawExemplar exemplar;
};

}  // namespace sidewatch::exposition
