#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/logs/options.h"
#include "collectors/logs/series_table.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::logs {

/// The program's own numbers about a file.
enum class Own : std::uint8_t {
  kReadBytes,
  kReadLines,
  kReadErrors,  ///< With a label `reason`.
  kRotations,
  kTruncated,
  kLastLine,
};

/// All metrics of a target but the sets' and the configuration's.
std::span<const MetricDescriptor> OwnMetrics();

/// What a table of a set's metric looks like; `bounds` are those of histograms.
SeriesShape ShapeOf(const MetricDescriptor& metric, const std::vector<double>& bounds);

/// What is counted about one file.
struct FileCounters {
  std::vector<SeriesTable> own;                ///< By Own.
  std::vector<std::vector<SeriesTable>> sets;  ///< By Options::sets, then by the set's metrics.

  SeriesTable& Of(Own metric) { return own[static_cast<std::size_t>(metric)]; }
};

/// All numbers of a target: they go on over restarts.
class Counters {
 public:
  /// `options` outlive the counters. `log` is the target's name.
  Counters(const Options& options, std::string log);

  /// Made on first use. Nodes do not move.
  FileCounters& Of(const std::string& file);

  /// Counts one line of a file.
  void CountLine(const Format& format, std::string_view line, FileCounters& file);

  /// Forgets a file that is no more; `removed` gets the keys of what was saved about it.
  void Forget(const std::string& file, std::vector<std::string>& removed);

  std::vector<std::string> Files() const;

  /// What has changed since Saved(), by the key under which it is saved. `prefix` is the target's.
  void Save(const std::string& prefix, std::map<std::string, std::string, std::less<>>& values);
  void Saved();
  void Load(const std::string& prefix,
            const std::map<std::string, std::string, std::less<>>& values);

  void Emit(scrape::SampleSink& sink) const;

  /// Only what was found in lines, not what there is to say about their reading.
  void EmitFound(scrape::SampleSink& sink) const;

 private:
  template <typename Visitor>
  void VisitTables(Visitor visit);
  template <typename Visitor>
  static void VisitFile(const std::string& name, FileCounters& file, Visitor visit);

  const Options& options_;
  std::string log_;
  std::vector<SeriesLimit> own_limits_;
  std::vector<std::vector<SeriesLimit>> set_limits_;
  std::vector<SeriesLimit> metric_limits_;
  SeriesLimit dropped_limit_;
  std::map<std::string, FileCounters> files_;
  std::vector<SeriesTable> metrics_;  ///< By Options::metrics.
  SeriesTable dropped_;
  Record record_;
  UserMetricCounter user_;
};

}  // namespace sidewatch::logs
