#include "collectors/logs/line_tester.h"

#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::logs {
namespace {

const Format& FormatOf(const Options& options, std::string_view head) {
  const Format* format = options.format != nullptr ? options.format : DetectFormat(head);
  return format != nullptr ? *format : *FindFormat("plain");
}

void AddText(std::string_view name, std::string_view text, LineReport& report) {
  if (!text.empty()) {
    report.fields.emplace_back(name, text);
  }
}

void AddNumber(std::string_view name, double number, LineReport& report) {
  if (number != Record::kAbsent) {
    report.fields.emplace_back(name, FormatNumber(number));
  }
}

void AddFields(const Record& record, std::string_view line, LineReport& report) {
  if (record.level != Level::kUnknown) {
    report.fields.emplace_back("level", LevelName(record.level));
  }
  AddText("method", record.method, report);
  AddText("path", record.path, report);
  if (record.status != 0) {
    report.fields.emplace_back("status", std::to_string(record.status));
  }
  AddText("user", record.user, report);
  AddText("address", record.address, report);
  AddNumber("seconds", record.seconds, report);
  AddNumber("bytes", record.bytes, report);
  AddText("message", record.message == line ? std::string_view() : record.message, report);
}

/// What stands in a fresh table after one line.
std::vector<std::string> SeriesOf(const SeriesTable& table, std::string_view name) {
  std::vector<std::string> series;
  table.Visit([&](SeriesTable::Values values, const SeriesTable::Series& one) {
    LabelSetBuilder labels;
    labels.Set(kMetricName, name);
    for (std::size_t i = 0; i < values.size() && i < table.shape().labels.size(); ++i) {
      labels.Set(table.shape().labels[i], values[i]);
    }
    series.push_back(fmt::format("{} {}", labels.Build().ToString(), FormatNumber(one.value)));
  });
  return series;
}

}  // namespace

LineTester::LineTester(const Options& options,
                       std::string log,
                       const std::string& file,
                       std::string_view head)
    : options_(options),
      counters_(options, std::move(log)),
      file_(counters_.Of(file)),
      format_(&FormatOf(options, head)) {}

void LineTester::AddMatches(std::string_view line, LineReport& report) {
  UserMetricCounter counter;
  for (const UserMetric& metric : options_.metrics) {
    SeriesLimit limit{.limit = metric.max_series};
    SeriesTable table(metric.shape, limit);
    const Counted counted = counter.Count(metric, line, table);
    if (counted == Counted::kNo) {
      continue;
    }
    PatternMatch match{.metric = &metric, .counted = counted, .captures = {}};
    std::vector<std::string_view> groups(metric.pattern.captures().empty() ? 0 : kMostCaptures);
    metric.pattern.Match(line, groups);
    for (const auto& [name, number] : metric.pattern.captures()) {
      if (static_cast<std::size_t>(number) <= groups.size()) {
        match.captures.emplace_back(name, groups[static_cast<std::size_t>(number) - 1]);
      }
    }
    report.matches.push_back(std::move(match));
  }
}

void LineTester::AddSeries(const Line& line, LineReport& report) const {
  for (const LogSet* set : options_.sets) {
    std::vector<SeriesLimit> limits(set->metrics.size(),
                                    {.limit = std::numeric_limits<std::size_t>::max()});
    std::vector<SeriesTable> tables;
    tables.reserve(set->metrics.size());
    for (std::size_t i = 0; i < set->metrics.size(); ++i) {
      tables.emplace_back(ShapeOf(set->metrics[i], options_.set_options.duration_bounds),
                          limits[i]);
    }
    set->count(line, tables);
    const bool only_a_line = set == &kLevelsSet && line.record.level == Level::kUnknown;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      report.tells_something = report.tells_something || (!tables[i].empty() && !only_a_line);
      for (std::string& series : SeriesOf(tables[i], set->metrics[i].name)) {
        report.series.push_back(std::move(series));
      }
    }
  }
}

LineReport LineTester::Test(std::string_view line) {
  line = line.substr(0, options_.max_line_bytes);
  LineReport report;
  ParseLine(*format_, line, record_);
  AddFields(record_, line, report);
  AddSeries({.text = line, .record = record_, .options = options_.set_options}, report);
  AddMatches(line, report);
  report.tells_something = report.tells_something || !report.matches.empty();
  counters_.CountLine(*format_, line, file_);
  return report;
}

}  // namespace sidewatch::logs
