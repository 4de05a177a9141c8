#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kLabels[] = {"log", "file"};

constexpr MetricDescriptor kMetrics[] = {
    SetCounter("log_slow_total",
               kLabels,
               "each line's duration",
               "Requests or queries that took longer than slow_threshold."),
    {.name = "log_request_duration_seconds",
     .type = MetricType::kHistogram,
     .labels = kLabels,
     .help = "How long requests or queries took.",
     .source = "each line's duration"},
};
static_assert(DescriptorsAreSound(kMetrics));

void Count(const Line& line, std::span<SeriesTable> tables) {
  const double seconds = line.record.seconds;
  if (seconds < 0) {
    return;
  }
  tables[1].Observe({}, seconds);
  // Also a file without slow lines has its 0: only so can a rate begin.
  tables[0].Add({}, seconds > line.options.slow_seconds ? 1 : 0);
}

}  // namespace

constinit const LogSet kSlowSet = {
    .name = "slow",
    .summary = "Durations of requests and queries, and how many were slow.",
    .by_default = false,
    .metrics = kMetrics,
    .count = &Count};

}  // namespace sidewatch::logs
