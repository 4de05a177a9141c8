#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/config/reader.h"
#include "exporter/model/label_set.h"
#include "exporter/scrape/collector.h"
#include "exporter/scrape/stored_labels.h"

namespace sidewatch::scrape {

/// What all targets share, whatever collects them.
struct TargetConfig {
  std::string kind;
  std::string name;      ///< Unique within its kind.
  std::string job;       ///< Label `job` in the store.
  std::string instance;  ///< Label `instance` in the store.
  std::string url;       ///< Where it is scraped, for the API; may be empty.
  LabelSet labels;       ///< The user's own, in the store and on /metrics.
  Duration interval = std::chrono::seconds(15);
  Duration timeout = std::chrono::seconds(10);
  bool honor_labels = false;     ///< The target's own labels win over job, instance and `labels`.
  bool honor_timestamps = true;  ///< Times that the target states are kept.
  std::shared_ptr<const SampleRules> sample_rules = nullptr;  ///< Null: none.
  std::string pool = {};        ///< The scrape config's job_name, if relabelling can change `job`.
  LabelSet discovered = {};     ///< What relabelling began with, for the API; may be empty.
  bool reports_its_run = true;  ///< Writes `up` and `scrape_*`.
  std::uint64_t fingerprint = 0;  ///< Of the configuration text: equal ones run on over a reload.
};

/// A target and what collects it.
struct Target {
  TargetConfig config;
  const CollectorSpec* spec = nullptr;
  std::unique_ptr<Collector> collector;
};

/// Defaults from `global:`.
struct TargetDefaults {
  Duration interval = std::chrono::seconds(15);
  Duration timeout = std::chrono::seconds(10);
};

/// An entry of a list under `collectors:`.
struct TargetEntry {
  const CollectorSpec& spec;
  const config::Node& node;
  std::size_t index = 0;  ///< Its place in the list, for the name of one that has none.
};

/// Reads an entry: the common keys here, the others by its spec. Nothing: mistakes, all in
/// `diagnostics`.
std::optional<Target> ReadTarget(const TargetEntry& entry,
                                 const TargetDefaults& defaults,
                                 const CollectorDeps& deps,
                                 config::Diagnostics& diagnostics);

/// Gives the label `target`, the target's name, to those that would otherwise write the same `up`:
/// several of one kind on one machine.
void TellApart(std::vector<Target>& targets);

/// Reports targets of one kind that share a name.
void CheckNames(const std::vector<Target>& targets, config::Diagnostics& diagnostics);

}  // namespace sidewatch::scrape
