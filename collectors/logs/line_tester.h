#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/logs/file_counters.h"
#include "collectors/logs/options.h"

namespace sidewatch::logs {

/// What one pattern of `metrics:` makes of a line that it matches.
struct PatternMatch {
  const UserMetric* metric = nullptr;
  Counted counted = Counted::kNo;
  std::vector<std::pair<std::string, std::string>> captures;  ///< By name.
};

/// What a target makes of a line.
struct LineReport {
  std::vector<std::pair<std::string, std::string>> fields;  ///< What the format tells.
  std::vector<PatternMatch> matches;
  std::vector<std::string>
      series;  ///< Of the sets, as `name{label="value"}`, without log and file.

  /// False: no pattern matches, and no set makes anything of it (that it is a line, and of no known
  /// level, is not counted as something).
  bool tells_something = false;
};

/// Plays lines through a target's options, as a run would, and tells what becomes of each.
class LineTester {
 public:
  /// `options` outlive the tester. `log` and `file` are the labels. `head`, the first lines,
  /// decides the format if the options do not.
  LineTester(const Options& options,
             std::string log,
             const std::string& file,
             std::string_view head);

  /// `line` without its line feed; what is over `max_line_bytes` is not looked at.
  LineReport Test(std::string_view line);

  std::string_view format() const { return format_->name; }

  /// The metrics of all lines so far; what a run says about its reading is left out.
  void Emit(scrape::SampleSink& sink) const { counters_.EmitFound(sink); }

 private:
  void AddMatches(std::string_view line, LineReport& report);
  void AddSeries(const Line& line, LineReport& report) const;

  const Options& options_;
  Counters counters_;
  FileCounters& file_;
  const Format* format_;
  Record record_;
};

}  // namespace sidewatch::logs
