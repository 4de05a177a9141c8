#include "exporter/exposition/family_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "exporter/exposition/sample_writer.h"

namespace sidewatch::exposition {
namespace {

/// What a type means to the two formats.
struct TypeRow {
  std::string_view text_name;
  std::string_view name_suffix;  ///< Of our names; OpenMetrics' family name is without.
  std::array<std::string_view, 4> sample_suffixes;  ///< That OpenMetrics allows; "-" is none.
};

constexpr std::string_view kNone = "-";

// In the order of MetricType.
constexpr TypeRow kTypes[] = {
    {"untyped", "", {"", kNone, kNone, kNone}},
    {"counter", "_total", {"_total", "_created", kNone, kNone}},
    {"gauge", "", {"", kNone, kNone, kNone}},
    {"histogram", "", {"_bucket", "_sum", "_count", "_created"}},
    {"untyped", "", {"_bucket", "_gsum", "_gcount", kNone}},
    {"summary", "", {"", "_sum", "_count", "_created"}},
    {"gauge", "_info", {"_info", kNone, kNone, kNone}},
    {"gauge", "", {"", kNone, kNone, kNone}},
};

const TypeRow& RowOf(MetricType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

bool SampleFits(const MetricSample& sample, std::string_view base, MetricType type) {
  // A state of a set is named by the label that carries the family's name.
  if (type == MetricType::kStateset && !sample.labels.Has(base)) {
    return false;
  }
  const std::string_view name = sample.labels.Get(kMetricName);
  return std::ranges::any_of(RowOf(type).sample_suffixes, [&](std::string_view suffix) {
    return name.size() == base.size() + suffix.size() && name.starts_with(base) &&
           name.ends_with(suffix);
  });
}

MergedFamily Merge(std::string_view name, std::span<const MetricFamily* const> parts) {
  MergedFamily merged{.name = name, .type = parts.front()->type, .parts = parts};
  for (const MetricFamily* part : parts) {
    if (part->type != merged.type) {
      merged.type = MetricType::kUnknown;
    }
    merged.help = merged.help.empty() ? std::string_view(part->help) : merged.help;
    merged.unit = merged.unit.empty() ? std::string_view(part->unit) : merged.unit;
  }
  return merged;
}

}  // namespace

FamilyPlan::FamilyPlan(std::span<const MetricFamily* const> families, const PageFormat& format) {
  std::vector<std::pair<std::string_view, const MetricFamily*>> named;
  named.reserve(families.size());
  escaped_.reserve(families.size());
  std::string scratch;
  for (const MetricFamily* family : families) {
    if (family->samples.empty()) {
      continue;
    }
    std::string_view name = EscapeName(family->name, format.escaping, scratch);
    if (name != family->name) {
      name = escaped_.emplace_back(name);
    }
    named.emplace_back(name, family);
  }
  std::ranges::stable_sort(named, {}, [](const auto& entry) { return entry.first; });

  sorted_.reserve(named.size());
  for (const auto& [name, family] : named) {
    sorted_.push_back(family);
  }
  for (std::size_t begin = 0; begin < named.size();) {
    std::size_t end = begin + 1;
    while (end < named.size() && named[end].first == named[begin].first) {
      ++end;
    }
    merged_.push_back(Merge(named[begin].first, std::span(sorted_).subspan(begin, end - begin)));
    begin = end;
  }
}

bool FamilyPlan::Has(std::string_view name) const {
  return std::ranges::binary_search(merged_, name, {}, &MergedFamily::name);
}

OpenMetricsName FindOpenMetricsName(const MergedFamily& merged, const FamilyPlan& plan) {
  const std::string_view suffix = RowOf(merged.type).name_suffix;
  const bool has_suffix = merged.name.ends_with(suffix);
  OpenMetricsName found{.base = merged.name, .fits = has_suffix};
  if (!has_suffix) {
    return found;
  }
  found.base.remove_suffix(suffix.size());
  // `a_total` would take the name that another family `a` already has.
  if (found.base.empty() || (!suffix.empty() && plan.Has(found.base))) {
    return {.base = merged.name, .fits = false};
  }
  for (const MetricFamily* part : merged.parts) {
    // Sample names are compared as they are stored, so the stored family name is the measure.
    const std::string_view stored =
        std::string_view(part->name).substr(0, part->name.size() - suffix.size());
    found.fits = found.fits && std::ranges::all_of(part->samples, [&](const MetricSample& sample) {
                   return SampleFits(sample, stored, merged.type);
                 });
  }
  return found;
}

std::string_view TextTypeName(MetricType type) {
  return RowOf(type).text_name;
}

}  // namespace sidewatch::exposition
