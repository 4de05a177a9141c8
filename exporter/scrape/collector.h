#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/result.h"
#include "exporter/config/reader.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/memory.h"

namespace sidewatch::scrape {

/// Takes what one run of a collector found.
class SampleSink {
 public:
  SampleSink() = default;
  SampleSink(const SampleSink&) = delete;
  SampleSink& operator=(const SampleSink&) = delete;
  virtual ~SampleSink() = default;

  /// Adds one sample of `metric`, a row of the collector's table that must outlive the run.
  ///
  /// Shape: `label_values` in the order of `metric.labels`, as many. An empty value is no label.
  /// What is absent at the source is not added: never a 0 in its place.
  virtual void Add(const MetricDescriptor& metric,
                   std::span<const std::string_view> label_values,
                   double value) = 0;

  void Add(const MetricDescriptor& metric,
           std::initializer_list<std::string_view> label_values,
           double value) {
    Add(metric, std::span(label_values.begin(), label_values.size()), value);
  }

  void Add(const MetricDescriptor& metric, double value) {
    Add(metric, std::span<const std::string_view>(), value);
  }

  /// Adds a whole family whose names are not known at compile time (a scraped page, a user's
  /// query).
  virtual void AddFamily(MetricFamily family) = 0;
};

/// What a run may take and when it must end.
struct RunContext {
  std::stop_token stop;  ///< The program stops: come back within a second.
  SteadyTime deadline;   ///< Come back by then, with kDeadlineExceeded.
};

/// Gathers the numbers of one target.
///
/// Lifetime: made when the configuration is applied, used until it is replaced.
/// Threads:  at most one run is in flight.
class Collector {
 public:
  Collector() = default;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  virtual ~Collector() = default;

  /// One run. On an error the target counts as down (`up 0`), what is already in `sink` is still
  /// shown, and all other series of the target end. Never logs its own failure: the scrape loop
  /// does.
  virtual Status Collect(const RunContext& run, SampleSink& sink) = 0;

  /// What the label `instance` says unless the user chose one: `host:port`, or the host's name.
  virtual std::string Instance() const = 0;
};

/// What every collector may use. All of it outlives the collector.
struct CollectorDeps {
  const Clock& clock;
  Logger log;

  /// To be used by runs only: it is not open while the configuration is read. Null: nothing is
  /// remembered.
  Memory* memory = nullptr;

  /// The target's name, unique within its kind: what it remembers is kept apart by it.
  std::string target = {};
};

/// One kind of collector, the whole registration: a constant beside its code and a line in
/// builtin.cc.
struct CollectorSpec {
  std::string_view kind;         ///< The key under `collectors:`.
  std::string_view default_job;  ///< The label `job`, as Prometheus' users call it.
  std::string_view summary;      ///< One sentence for `--help` and the docs.
  std::span<const MetricDescriptor> metrics;

  /// 1 after a run that worked, 0 after one that did not, e.g. `pg_up`; written by the scrape loop,
  /// so that it is there also for a target that hangs. May be null.
  const MetricDescriptor* up = nullptr;

  /// /metrics runs it anew for each page instead of showing the last run: for what costs nothing to
  /// ask.
  bool collect_on_read = false;

  /// False for a kind whose series join those of another target, as textfile's join the host's:
  /// that one writes `up` and `scrape_*`.
  bool reports_its_run = true;

  /// Reads the collector's own keys of one target. Mistakes go to the reader's diagnostics; then
  /// the pointer is null. The common keys (name, interval, timeout, labels, job, instance) are read
  /// by the scrape config.
  std::unique_ptr<Collector> (*create)(config::MapReader& target, const CollectorDeps& deps);
};

}  // namespace sidewatch::scrape
