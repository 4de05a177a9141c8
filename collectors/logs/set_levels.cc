#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kLabels[] = {"log", "file", "level"};

constexpr MetricDescriptor kMetrics[] = {
    SetCounter("log_lines_total",
               kLabels,
               "each line's level",
               "Lines by level; those that name none are of level unknown."),
};
static_assert(DescriptorsAreSound(kMetrics));

void Count(const Line& line, std::span<SeriesTable> tables) {
  tables[0].Add({LevelName(line.record.level)}, 1);
}

}  // namespace

constinit const LogSet kLevelsSet = {.name = "levels",
                                     .summary = "Lines by level.",
                                     .by_default = true,
                                     .metrics = kMetrics,
                                     .count = &Count};

}  // namespace sidewatch::logs
