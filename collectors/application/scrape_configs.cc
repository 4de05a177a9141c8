#include "collectors/application/scrape_configs.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "collectors/application/file_discovery.h"
#include "collectors/application/scrape_job.h"
#include "collectors/application/target_maker.h"
#include "exporter/config/reader.h"

namespace sidewatch::application {
namespace {

using config::Diagnostics;
using config::MapReader;
using config::Node;

std::vector<LabelSet> ReadGroups(MapReader& map, Addresses addresses) {
  std::vector<LabelSet> found;
  const Node groups = map.Get("static_configs").value_or(Node());
  if (config::ExpectList(groups, map.diagnostics())) {
    for (const Node& group : groups.items()) {
      ReadTargetGroup(group, addresses, map.diagnostics(), found);
    }
  }
  const Node files = map.Get("file_sd_configs").value_or(Node());
  for (LabelSet& labels : ReadFileDiscovery(files, addresses, map.diagnostics())) {
    found.push_back(std::move(labels));
  }
  return found;
}

bool IsSame(const scrape::TargetConfig& a, const scrape::TargetConfig& b) {
  return a.url == b.url && a.job == b.job && a.instance == b.instance && a.labels == b.labels;
}

/// Targets of one job: without those that are given twice, each with a name of its own.
class Pool {
 public:
  void Add(scrape::Target target) {
    const bool known = std::ranges::any_of(
        targets_, [&](const scrape::Target& other) { return IsSame(other.config, target.config); });
    if (known) {
      return;
    }
    // Behind an exporter of many targets several may share an instance.
    const std::string base = target.config.name;
    for (int i = 2; !names_.insert(target.config.name).second; ++i) {
      target.config.name = fmt::format("{}#{}", base, i);
    }
    targets_.push_back(std::move(target));
  }

  std::vector<scrape::Target> Take(const Job& job) {
    const auto limit = static_cast<std::size_t>(job.target_limit);
    if (limit > 0 && targets_.size() > limit) {
      for (scrape::Target& target : targets_) {
        target.config.fingerprint ^= targets_.size();
        target.collector = MakePageCollector(
            {.url = target.config.url,
             .instance = target.config.instance,
             .refusal = fmt::format("target_limit exceeded (number of targets: {}, limit: {})",
                                    targets_.size(),
                                    limit)});
      }
    }
    return std::move(targets_);
  }

 private:
  std::vector<scrape::Target> targets_;
  std::set<std::string> names_;
};

std::vector<scrape::Target> ReadPool(MapReader& map, const Job& job) {
  Pool pool;
  const Addresses addresses = job.relabel.empty() ? Addresses::kFinal : Addresses::kRelabelled;
  for (const LabelSet& group : ReadGroups(map, addresses)) {
    Result<std::optional<scrape::Target>> target = MakeTarget(job, DiscoveredLabels(job, group));
    if (!target) {
      map.Error(fmt::format("target {}: {}", group.Get("__address__"), target.error().message));
    } else if (target->has_value()) {
      pool.Add(std::move(**target));
    }
  }
  return pool.Take(job);
}

}  // namespace

std::vector<scrape::Target> ReadScrapeConfigs(const Node& list,
                                              const scrape::TargetDefaults& defaults,
                                              const JobLimits& default_limits,
                                              Diagnostics& diagnostics) {
  std::vector<scrape::Target> targets;
  if (!config::ExpectList(list, diagnostics)) {
    return targets;
  }
  std::set<std::string> jobs;
  for (const Node& node : list.items()) {
    MapReader map(node, diagnostics);
    const std::size_t errors = diagnostics.errors().size();
    const Job job = ReadJob(map, defaults, default_limits);
    if (!jobs.insert(job.name).second) {
      map.ErrorAt("job_name",
                  fmt::format("found multiple scrape configs with job name \"{}\"", job.name));
    }
    if (diagnostics.errors().size() != errors) {
      map.Ignore({"static_configs", "file_sd_configs"});
      continue;
    }
    for (scrape::Target& target : ReadPool(map, job)) {
      targets.push_back(std::move(target));
    }
  }
  return targets;
}

}  // namespace sidewatch::application
