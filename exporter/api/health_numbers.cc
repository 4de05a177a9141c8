#include "exporter/api/health_numbers.h"

#include <algorithm>
#include <array>

namespace sidewatch::api {
namespace {

using scrape::TargetStatus;

constexpr std::string_view kHost = "host";
constexpr std::string_view kSelf = "self";
// Images that are full by their nature.
constexpr std::array<std::string_view, 4> kAlwaysFull = {"squashfs", "iso9660", "erofs", "cramfs"};

/// Whether both are of the same thing: equal labels but for the metric's name.
bool SameThing(const LabelSet& a, const LabelSet& b) {
  return LabelSetBuilder(a).Remove(kMetricName).Build() ==
         LabelSetBuilder(b).Remove(kMetricName).Build();
}

const MetricSample* Partner(const std::vector<const MetricSample*>& samples,
                            const LabelSet& labels) {
  const auto found = std::ranges::find_if(
      samples, [&](const MetricSample* sample) { return SameThing(sample->labels, labels); });
  return found == samples.end() ? nullptr : *found;
}

bool CanFill(const std::vector<const MetricSample*>& read_only, const LabelSet& labels) {
  const MetricSample* flag = Partner(read_only, labels);
  return (flag == nullptr || flag->value == 0) &&
         std::ranges::find(kAlwaysFull, labels.Get("fstype")) == kAlwaysFull.end();
}

}  // namespace

std::vector<const MetricSample*> SamplesOf(const std::vector<TargetStatus>& targets,
                                           std::string_view kind,
                                           std::string_view metric) {
  std::vector<const MetricSample*> samples;
  for (const TargetStatus& target : targets) {
    if (target.config.kind != kind || target.last == nullptr) {
      continue;
    }
    const auto& families = target.last->families;
    const auto family = std::ranges::lower_bound(families, metric, {}, &MetricFamily::name);
    if (family == families.end() || family->name != metric) {
      continue;
    }
    for (const MetricSample& sample : family->samples) {
      samples.push_back(&sample);
    }
  }
  return samples;
}

std::optional<DiskSpace> FullestDisk(const std::vector<TargetStatus>& targets) {
  const auto sizes = SamplesOf(targets, kHost, "node_filesystem_size_bytes");
  const auto read_only = SamplesOf(targets, kHost, "node_filesystem_readonly");
  std::optional<DiskSpace> fullest;
  for (const MetricSample* free : SamplesOf(targets, kHost, "node_filesystem_avail_bytes")) {
    const MetricSample* size = Partner(sizes, free->labels);
    if (size == nullptr || size->value <= 0 || !CanFill(read_only, free->labels)) {
      continue;
    }
    const double percent = 100 * free->value / size->value;
    if (!fullest || percent < fullest->free_percent) {
      fullest = DiskSpace{.mount_point = std::string(free->labels.Get("mountpoint")),
                          .free_percent = percent};
    }
  }
  return fullest;
}

std::optional<double> MemoryAvailablePercent(const std::vector<TargetStatus>& targets) {
  const auto totals = SamplesOf(targets, kHost, "node_memory_MemTotal_bytes");
  std::optional<double> least;
  for (const MetricSample* available :
       SamplesOf(targets, kHost, "node_memory_MemAvailable_bytes")) {
    const MetricSample* total = Partner(totals, available->labels);
    if (total != nullptr && total->value > 0) {
      const double percent = 100 * available->value / total->value;
      least = std::min(least.value_or(percent), percent);
    }
  }
  return least;
}

double StuckNotifications(const std::vector<TargetStatus>& targets) {
  const auto failed = SamplesOf(targets, kSelf, "sidewatch_notifications_failed_total");
  double stuck = 0;
  for (const MetricSample* waiting : SamplesOf(targets, kSelf, "sidewatch_outbox_pending")) {
    const bool refused = std::ranges::any_of(failed, [&](const MetricSample* sample) {
      return sample->value > 0 &&
             sample->labels.Get("integration") == waiting->labels.Get("integration") &&
             sample->labels.Get("receiver") == waiting->labels.Get("receiver");
    });
    stuck += refused ? waiting->value : 0;
  }
  return stuck;
}

}  // namespace sidewatch::api
