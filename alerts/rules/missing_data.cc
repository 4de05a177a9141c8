#include "alerts/rules/missing_data.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>

#include <fmt/format.h>

#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts::rules {
namespace {

// The last one only some targets have: those of one kind on one machine.
constexpr std::array<std::string_view, 3> kTargetLabels = {"job", "instance", "target"};

// How long before an alert lost its element its data is looked for: as long as it was active, in
// whole minutes, so that alerts of one time share the question, and up to an hour. A little more,
// because the samples that raised it are older than it.
constexpr Duration kLongestLook = std::chrono::hours(1);
constexpr auto kSlack = std::chrono::minutes(1);

constexpr std::string_view kDownQuery = "up == 0";
constexpr std::string_view kSummary = "summary";

// Where one of them has no such label it may be the other's.
bool Agree(const LabelSet& labels,
           const LabelSet& target,
           std::span<const std::string_view> names) {
  return std::ranges::all_of(names, [&](std::string_view name) {
    return !labels.Has(name) || !target.Has(name) || labels.Get(name) == target.Get(name);
  });
}

std::string Appendix(std::string_view text) {
  return fmt::format(" ({})", text);
}

}  // namespace

Result<const std::vector<LabelSet>*> DownTargets::Ask(std::string text, TimePoint at) {
  const auto [answer, is_new] = answers_.try_emplace({text, at});
  if (is_new) {
    SW_TRY_ASSIGN(promql::ExprPtr expr, promql::Parse(text, {}));
    SW_TRY_ASSIGN(const std::vector<RuleSample> samples,
                  query_({.text = std::move(text), .expr = std::move(expr)}, at - offset_));
    answer->second.reserve(samples.size());
    for (const RuleSample& sample : samples) {
      answer->second.push_back(sample.labels);
    }
  }
  return &answer->second;
}

Status DownTargets::Load() {
  if (!loaded_) {
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const down, Ask(std::string(kDownQuery), at_));
    down_ = *down;
    loaded_ = true;
  }
  return {};
}

const LabelSet* DownTargets::Named(const LabelSet& labels) const {
  const auto found = std::ranges::find_if(
      down_, [&](const LabelSet& target) { return Agree(labels, target, kTargetLabels); });
  return found != down_.end() ? &*found : nullptr;
}

Result<const LabelSet*> DownTargets::Read(const ActiveAlert& alert, const promql::Expr& expr) {
  const TimePoint gone = alert.missing_since.value_or(at_);
  const Duration active = std::clamp(gone - alert.active_at, Duration(0), kLongestLook);
  const auto look = std::chrono::ceil<std::chrono::minutes>(active) + kSlack;
  for (const Reading& reading : ReadingsOf(expr, recorded_)) {
    const std::string shift =
        reading.offset == Duration(0) ? "" : fmt::format(" offset {}ms", reading.offset.count());
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const before,
                  Ask(fmt::format("present_over_time({}[{}ms]{})",
                                  reading.selector,
                                  (look + reading.range).count(),
                                  shift),
                      gone));
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const now, Ask(reading.selector + shift, at_));
    for (const LabelSet& target : down_) {
      const auto of_target = [&](const LabelSet& series) {
        return series.Has(kTargetLabels[0]) && Agree(series, target, kTargetLabels);
      };
      if (std::ranges::any_of(*before, of_target) && std::ranges::none_of(*now, of_target)) {
        return &target;
      }
    }
  }
  return nullptr;
}

Result<const LabelSet*> DownTargets::Behind(const ActiveAlert& alert, const promql::Expr& expr) {
  SW_TRY(Load());
  if (down_.empty()) {
    return nullptr;
  }
  const bool named = std::ranges::any_of(
      kTargetLabels, [&](std::string_view name) { return alert.labels.Has(name); });
  return named ? Named(alert.labels) : Read(alert, expr);
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
