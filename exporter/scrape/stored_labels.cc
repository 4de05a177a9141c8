#include "exporter/scrape/stored_labels.h"

#include <algorithm>
#include <string>

#include "exporter/scrape/target.h"

namespace sidewatch::scrape {
namespace {

constexpr std::size_t kShownBytes = 50;  // Of a name or value in an error, as Prometheus cuts it.

LabelSet TargetLabels(const TargetConfig& config) {
  LabelSetBuilder builder(config.labels);
  if (builder.Get("job").empty()) {
    builder.Set("job", config.job);
  }
  if (builder.Get("instance").empty()) {
    builder.Set("instance", config.instance);
  }
  return builder.Build();
}

std::string_view Cut(std::string_view text) {
  return text.substr(0, kShownBytes);
}

/// The name under which `raw` is moved out of the way of a target's label.
std::string ExportedName(std::string_view name, const LabelSetBuilder& builder) {
  std::string moved = "exported_" + std::string(name);
  while (!builder.Get(moved).empty()) {
    moved = "exported_" + moved;
  }
  return moved;
}

}  // namespace

StoredLabels::StoredLabels(const TargetConfig& config)
    : config_(config), target_(TargetLabels(config)) {}

std::optional<LabelSet> StoredLabels::Of(const LabelSet& raw) const {
  LabelSetBuilder builder(raw);
  for (const Label label : target_) {
    // A page that says `instance=""` wants no such label, and may say so if its labels are
    // honoured.
    if (config_.honor_labels && raw.Has(label.name)) {
      continue;
    }
    const std::string_view own = raw.Get(label.name);
    if (!own.empty()) {
      builder.Set(ExportedName(label.name, builder), own);
    }
    builder.Set(label.name, label.value);
  }
  if (config_.sample_rules && !relabel::Apply(config_.sample_rules->relabel, builder)) {
    return std::nullopt;
  }
  LabelSet stored = builder.Build();
  return stored.empty() ? std::nullopt : std::optional(std::move(stored));
}

Status StoredLabels::Check(const LabelSet& stored) const {
  const std::string_view metric = stored.Get(kMetricName);
  if (metric.empty()) {
    return Fail(ErrorCode::kProtocol, "missing metric name (__name__ label)");
  }
  const SampleRules& rules = *config_.sample_rules;
  if (rules.label_limit > 0 && stored.size() > rules.label_limit) {
    return Fail(ErrorCode::kLimitExceeded,
                "label_limit exceeded (metric: {}, number of labels: {}, limit: {})",
                Cut(metric),
                stored.size(),
                rules.label_limit);
  }
  for (const Label label : stored) {
    if (rules.label_name_length_limit > 0 && label.name.size() > rules.label_name_length_limit) {
      return Fail(ErrorCode::kLimitExceeded,
                  "label_name_length_limit exceeded (metric: {}, label name: {}, length: {}, "
                  "limit: {})",
                  Cut(metric),
                  Cut(label.name),
                  label.name.size(),
                  rules.label_name_length_limit);
    }
    if (rules.label_value_length_limit > 0 && label.value.size() > rules.label_value_length_limit) {
      return Fail(ErrorCode::kLimitExceeded,
                  "label_value_length_limit exceeded (metric: {}, label name: {}, value: \"{}\", "
                  "length: {}, limit: {})",
                  Cut(metric),
                  Cut(label.name),
                  Cut(label.value),
                  label.value.size(),
                  rules.label_value_length_limit);
    }
  }
  return {};
}

std::optional<LabelSet> StoredLabels::ShownOf(const LabelSet& raw) const {
  const std::optional<LabelSet> stored = Of(raw);
  if (!stored) {
    return std::nullopt;
  }
  LabelSetBuilder builder(*stored);
  for (const std::string_view name : {"job", "instance"}) {
    if (config_.labels.Get(name).empty() && stored->Get(name) == target_.Get(name)) {
      builder.Remove(name);
    }
  }
  return builder.Build();
}

/// Takes out what the rules drop, and gives to `renamed` what they call otherwise.
void StoredLabels::RelabelFamily(MetricFamily& family, FamiliesByName& renamed) const {
  std::vector<MetricSample> kept;
  kept.reserve(family.samples.size());
  for (MetricSample& sample : family.samples) {
    const std::string before(sample.labels.Get(kMetricName));
    std::optional<LabelSet> shown = ShownOf(sample.labels);
    if (!shown) {
      continue;
    }
    sample.labels = std::move(*shown);
    const std::string name(sample.labels.Get(kMetricName));
    if (name == before) {
      kept.push_back(std::move(sample));
    } else {
      MetricFamily& other = renamed[name];
      other.name = name;
      other.samples.push_back(std::move(sample));
    }
  }
  family.samples = std::move(kept);
}

void StoredLabels::RelabelShown(std::vector<MetricFamily>& families) const {
  if (!config_.sample_rules || config_.sample_rules->relabel.empty()) {
    return;
  }
  FamiliesByName renamed;
  for (MetricFamily& family : families) {
    RelabelFamily(family, renamed);
  }
  std::erase_if(families, [](const MetricFamily& family) { return family.samples.empty(); });
  for (auto& [name, family] : renamed) {
    const auto same = std::ranges::find(families, name, &MetricFamily::name);
    if (same == families.end()) {
      families.push_back(std::move(family));
    } else {
      std::ranges::move(family.samples, std::back_inserter(same->samples));
    }
  }
  std::ranges::sort(families, {}, &MetricFamily::name);
}

}  // namespace sidewatch::scrape
