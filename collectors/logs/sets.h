#pragma once

#include <span>
#include <string_view>

#include "collectors/logs/record.h"
#include "collectors/logs/series_table.h"
#include "exporter/base/clock.h"
#include "exporter/model/metric.h"

namespace sidewatch::logs {

/// What the configuration says to the sets.
struct SetOptions {
  double slow_seconds = 1;
  std::vector<double> duration_bounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
};

/// A line and what it tells.
struct Line {
  std::string_view text;
  const Record& record;
  const SetOptions& options;
};

/// A ready-made group of metrics: a row of the table of sets.
///
/// The labels `log` and `file` stand first in each metric; a table holds the labels behind them.
struct LogSet {
  std::string_view name;
  std::string_view summary;
  bool by_default;
  std::span<const MetricDescriptor> metrics;

  /// Counts one line. `tables` has one a metric, in the order of `metrics`.
  void (*count)(const Line& line, std::span<SeriesTable> tables);
};

constexpr std::size_t kOwnLabels = 2;  ///< `log` and `file`.

std::span<const LogSet* const> LogSets();

/// Null: no set of that name.
const LogSet* FindLogSet(std::string_view name);

extern const LogSet kAuthFailuresSet;
extern const LogSet kDatabaseErrorsSet;
extern const LogSet kHttpSet;
extern const LogSet kLevelsSet;
extern const LogSet kSlowSet;
extern const LogSet kUploadsSet;

constexpr MetricDescriptor SetCounter(std::string_view name,
                                      std::span<const std::string_view> labels,
                                      std::string_view source,
                                      std::string_view help) {
  return {
      .name = name, .type = MetricType::kCounter, .labels = labels, .help = help, .source = source};
}

/// True if `text` holds `word` in any case; `word` is in small letters.
bool HoldsWord(std::string_view text, std::string_view word);

}  // namespace sidewatch::logs
