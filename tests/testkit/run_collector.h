#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/config/node.h"
#include "exporter/config/reader.h"
#include "exporter/scrape/collector.h"
#include "tests/testkit/recording_sink.h"

namespace sidewatch::testkit {

/// A collector made from the YAML of one target, and what was wrong with it.
struct MadeCollector {
  std::unique_ptr<scrape::Collector> collector;
  std::vector<std::string> errors;
};

inline MadeCollector MakeCollector(const scrape::CollectorSpec& spec,
                                   const std::string& yaml,
                                   const Clock& clock,
                                   const Logger& log = {}) {
  MadeCollector made;
  config::Diagnostics diagnostics;
  const std::optional<config::Node> node =
      config::ParseYaml(yaml, "test.yml", config::ExpandEnv::kNo, diagnostics);
  if (node) {
    config::MapReader target(*node, diagnostics);
    made.collector = spec.create(target, {.clock = clock, .log = log});
  }
  made.errors.assign(diagnostics.errors().begin(), diagnostics.errors().end());
  return made;
}

/// What one run gave.
struct Collected {
  Status status;
  RecordingSink sink;
};

inline std::unique_ptr<Collected> CollectOnce(scrape::Collector& collector,
                                              const Clock& clock,
                                              Duration timeout = std::chrono::seconds(10),
                                              const std::stop_token& stop = {}) {
  auto collected = std::make_unique<Collected>();
  collected->status =
      collector.Collect({.stop = stop, .deadline = clock.Steady() + timeout}, collected->sink);
  return collected;
}

}  // namespace sidewatch::testkit
