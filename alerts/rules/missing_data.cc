#include "alerts/rules/missing_data.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts::rules {
namespace {

constexpr std::array<std::string_view, 2> kTargetLabels = {"job", "instance"};
constexpr std::string_view kDownQuery = "up == 0";
constexpr std::string_view kSummary = "summary";

std::string Appendix(std::string_view text) {
  return fmt::format(" ({})", text);
}

}  // namespace

Status DownTargets::Load() {
  if (loaded_) {
    return {};
  }
  SW_TRY_ASSIGN(promql::ExprPtr expr, promql::Parse(kDownQuery, {}));
  SW_TRY_ASSIGN(const std::vector<RuleSample> samples,
                query_({.text = std::string(kDownQuery), .expr = std::move(expr)}, at_));
  for (const RuleSample& sample : samples) {
    down_.push_back(sample.labels);
  }
  loaded_ = true;
  return {};
}

const LabelSet* DownTargets::Of(const LabelSet& labels) const {
  const auto named =
      std::ranges::any_of(kTargetLabels, [&](std::string_view name) { return labels.Has(name); });
  const auto found = std::ranges::find_if(down_, [&](const LabelSet& target) {
    return std::ranges::all_of(kTargetLabels, [&](std::string_view name) {
      return !labels.Has(name) || labels.Get(name) == target.Get(name);
    });
  });
  return named && found != down_.end() ? &*found : nullptr;
}

void MarkMissing(ActiveAlert& alert, const LabelSet& target, TimePoint at) {
  if (alert.missing_since) {
    return;
  }
  alert.missing_since = at;
  const std::string text =
      fmt::format("no data since {}: target {} of job {} is down, the state is the last known",
                  FormatRfc3339Nano(std::chrono::floor<std::chrono::seconds>(at)),
                  target.Get("instance"),
                  target.Get("job"));
  LabelSetBuilder annotations(alert.annotations);
  annotations.Set(kMissingDataAnnotation, text);
  if (const std::string_view summary = alert.annotations.Get(kSummary); !summary.empty()) {
    annotations.Set(kSummary, std::string(summary) + Appendix(text));
  }
  alert.annotations = annotations.Build();
}

void UnmarkMissing(ActiveAlert& alert) {
  if (!alert.missing_since) {
    return;
  }
  alert.missing_since.reset();
  const std::string appendix = Appendix(alert.annotations.Get(kMissingDataAnnotation));
  const std::string_view summary = alert.annotations.Get(kSummary);
  LabelSetBuilder annotations(alert.annotations);
  annotations.Remove(kMissingDataAnnotation);
  if (summary.ends_with(appendix)) {
    annotations.Set(kSummary, summary.substr(0, summary.size() - appendix.size()));
  }
  alert.annotations = annotations.Build();
}

}  // namespace sidewatch::alerts::rules
