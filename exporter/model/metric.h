#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"

namespace sidewatch {

enum class MetricType {
  kUnknown,
  kCounter,
  kGauge,
  kHistogram,
  kGaugeHistogram,
  kSummary,
  kInfo,
  kStateset,
};

/// `counter`, `gauge`, …; `unknown` for kUnknown (the text format says `untyped`).
std::string_view MetricTypeName(MetricType type);

/// The static facts of a metric, a row of a collector's table: everything about it stands here
/// once.
struct MetricDescriptor {
  std::string_view name;
  MetricType type = MetricType::kGauge;
  std::span<const std::string_view> labels =
      {};                      ///< Label names, in the order in which values are given.
  std::string_view help;       ///< One sentence.
  std::string_view source;     ///< Where the number comes from: view and column, file, field.
  std::string_view peer = {};  ///< The exporter whose name this is; empty: our own name.
};

/// True if each row has help that ends in a full stop and a source, and each counter that does not
/// inherit its name from a peer ends in `_total`. For a static_assert beside the table.
constexpr bool DescriptorsAreSound(std::span<const MetricDescriptor> rows) {
  for (const MetricDescriptor& row : rows) {
    const bool named = row.peer.empty() && row.type == MetricType::kCounter;
    if (row.name.empty() || !row.help.ends_with('.') || row.source.empty() ||
        (named && !row.name.ends_with("_total"))) {
      return false;
    }
  }
  return true;
}

/// One line of a metric family.
struct MetricSample {
  LabelSet labels;  ///< With `__name__`, which for histograms and summaries carries the suffix.
  double value = 0;
  std::optional<TimePoint> at = std::nullopt;  ///< Only if the source states a time of its own.
};

/// All series of one name with TYPE and HELP.
struct MetricFamily {
  std::string name;
  MetricType type = MetricType::kUnknown;
  std::string help;
  std::string unit;
  std::vector<MetricSample> samples;
};

}  // namespace sidewatch
