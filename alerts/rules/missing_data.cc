#include "alerts/rules/missing_data.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>

#include <fmt/format.h>

#include "exporter/base/rfc3339.h"
#include "exporter/promql/text.h"

namespace sidewatch::alerts::rules {
namespace {

// The last one only some targets have: those of one kind on one machine.
constexpr std::array<std::string_view, 3> kTargetLabels = {"job", "instance", "target"};

// How long before an alert lost its element its data is looked for: as long as it was active, in
// whole minutes, so that alerts of one time share the question, and up to an hour. A little more,
// because the samples that raised it are older than it.
constexpr Duration kLongestLook = std::chrono::hours(1);
constexpr auto kSlack = std::chrono::minutes(1);

// Which part of a target a series is about.
constexpr std::array<std::string_view, 2> kPartLabels = {"endpoint", "filepath"};

constexpr std::array<std::string_view, 7> kIdentity = {
    kMetricName, "collector", "endpoint", "filepath", "instance", "job", "target"};

constexpr std::string_view kDownQuery = "up == 0";
constexpr std::string_view kSummary = "summary";

/// How a part says that it is broken, and the question whether it ever worked over a range.
struct Sign {
  std::string_view broken;
  std::string_view function;
  std::string_view works;
};

constexpr Sign kSigns[] = {
    {R"({__name__=~"probe_success|[a-zA-Z0-9]+_up|.+_scrape_collector_success"} == 0)",
     "max_over_time",
     "> 0"},
    {"x509_cert_error == 1", "min_over_time", "< 1"},
};

// Where one of them has no such label it may be the other's.
bool Agree(const LabelSet& labels, const LabelSet& other, std::span<const std::string_view> names) {
  return std::ranges::all_of(names, [&](std::string_view name) {
    return !labels.Has(name) || !other.Has(name) || labels.Get(name) == other.Get(name);
  });
}

bool HasAny(const LabelSet& labels, std::span<const std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return labels.Has(name); });
}

/// Whether an alert with a target's label can be about this part.
bool NamesPart(const LabelSet& alert, const LabelSet& part) {
  return Agree(alert, part, kTargetLabels) &&
         std::ranges::all_of(kPartLabels, [&](std::string_view name) {
           return !part.Has(name) || alert.Get(name) == part.Get(name);
         });
}

/// `{__name__="probe_success",endpoint="a:443",…}`
std::string SelectorOf(const LabelSet& part) {
  std::string text;
  for (const std::string_view name : kIdentity) {
    if (part.Has(name)) {
      text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, promql::Quoted(part.Get(name)));
    }
  }
  return "{" + text + "}";
}

std::string ShiftOf(const Reading& reading) {
  return reading.offset == Duration(0) ? "" : fmt::format(" offset {}ms", reading.offset.count());
}

std::string Appendix(std::string_view text) {
  return fmt::format(" ({})", text);
}

/// `target db:5432 of job postgres`
std::string TargetText(const LabelSet& of) {
  return fmt::format("target {} of job {}", of.Get("instance"), of.Get("job"));
}

std::string PartText(const LabelSet& part) {
  for (const std::string_view name : {"endpoint", "filepath", "collector"}) {
    if (part.Has(name)) {
      return fmt::format("{} {} of {} failed", name, part.Get(name), TargetText(part));
    }
  }
  return fmt::format("{} failed ({})", TargetText(part), part.Get(kMetricName));
}

}  // namespace

Result<const std::vector<LabelSet>*> DownTargets::Ask(std::string text, TimePoint at) {
  const auto [answer, is_new] = answers_.try_emplace({text, at});
  if (is_new) {
    SW_TRY_ASSIGN(promql::ExprPtr expr, promql::Parse(text, {}));
    SW_TRY_ASSIGN(const std::vector<RuleSample> samples,
                  query_({.text = std::move(text), .expr = std::move(expr)}, at - options_.offset));
    answer->second.reserve(samples.size());
    for (const RuleSample& sample : samples) {
      answer->second.push_back(sample.labels);
    }
  }
  return &answer->second;
}

DownTargets::Look DownTargets::LookOf(const ActiveAlert& alert) const {
  const TimePoint gone = alert.missing_since.value_or(options_.at);
  const Duration active = std::clamp(gone - alert.active_at, Duration(0), kLongestLook);
  return {gone, std::chrono::ceil<std::chrono::minutes>(active) + kSlack};
}

Result<bool> DownTargets::Lost(const ActiveAlert& alert,
                               const promql::Expr& expr,
                               const LabelSet& down) {
  const Look look = LookOf(alert);
  const auto is_of = [&](const LabelSet& series) {
    return series.Has(kTargetLabels[0]) && Agree(series, down, kTargetLabels) &&
           Agree(series, down, kPartLabels) && Agree(series, alert.labels, kPartLabels);
  };
  for (const Reading& reading : ReadingsOf(expr, recorded_)) {
    const std::string shift = ShiftOf(reading);
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const before,
                  Ask(fmt::format("last_over_time({}[{}ms]{})",
                                  reading.selector,
                                  (look.length + reading.range).count(),
                                  shift),
                      look.gone));
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const now,
                  Ask(reading.selector + shift, options_.at));
    if (std::ranges::any_of(*before, is_of) && std::ranges::none_of(*now, is_of)) {
      return true;
    }
  }
  return false;
}

Result<std::string> DownTargets::TargetOf(const ActiveAlert& alert, const promql::Expr& expr) {
  const bool named = HasAny(alert.labels, kTargetLabels);
  SW_TRY_ASSIGN(const std::vector<LabelSet>* const down, Ask(std::string(kDownQuery), options_.at));
  for (const LabelSet& target : *down) {
    bool found = named && Agree(alert.labels, target, kTargetLabels);
    if (!named) {
      SW_TRY_ASSIGN(found, Lost(alert, expr, target));
    }
    if (found) {
      return TargetText(target) + " is down";
    }
  }
  return "";
}

Result<bool> DownTargets::Asserts(const std::string& text, TimePoint at) {
  SW_TRY_ASSIGN(const std::vector<LabelSet>* const answer, Ask(text, at));
  return !answer->empty();
}

Result<std::string> DownTargets::PartOf(const ActiveAlert& alert, const promql::Expr& expr) {
  const bool named = HasAny(alert.labels, kTargetLabels);
  for (const Sign& sign : kSigns) {
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const broken,
                  Ask(std::string(sign.broken), options_.at));
    for (const LabelSet& part : *broken) {
      if (named && !NamesPart(alert.labels, part)) {
        continue;
      }
      const Look look = LookOf(alert);
      const std::string question = fmt::format(
          "{}({}[{}m]) {}", sign.function, SelectorOf(part), look.length.count(), sign.works);
      SW_TRY_ASSIGN(const bool worked, Asserts(question, look.gone));
      SW_TRY_ASSIGN(const bool lost, Lost(alert, expr, part));
      if (worked && lost) {
        return PartText(part);
      }
    }
  }
  return "";
}

/// A rate has no value until its range holds two samples again, after this program or its target
/// was away for longer than the range.
Result<std::string> DownTargets::TooFew(const ActiveAlert& alert, const promql::Expr& expr) {
  const auto is_of = [&](const LabelSet& series) {
    return series.Has(kTargetLabels[0]) && Agree(series, alert.labels, kTargetLabels) &&
           Agree(series, alert.labels, kPartLabels);
  };
  for (const Reading& reading : ReadingsOf(expr, recorded_)) {
    // Counting takes names away: of several metrics the series would be the same.
    if (reading.range == Duration(0) || reading.selector.find("__name__=~") != std::string::npos) {
      continue;
    }
    const std::string shift = ShiftOf(reading);
    const std::string enough = fmt::format(
        "count_over_time({}[{}ms]{}) > 1", reading.selector, reading.range.count(), shift);
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const now,
                  Ask(reading.selector + shift, options_.at));
    const auto some = std::ranges::find_if(*now, is_of);
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const full, Ask(enough, options_.at));
    if (some == now->end() || std::ranges::any_of(*full, is_of)) {
      continue;
    }
    SW_TRY_ASSIGN(const std::vector<LabelSet>* const before, Ask(enough, alert.active_at));
    if (std::ranges::any_of(*before, is_of)) {
      return TargetText(*some) + " has given too few samples since a gap";
    }
  }
  return "";
}

/// Groups are evaluated beside each other: after a long absence nothing stands where another
/// group's rules write until they were.
Result<std::string> DownTargets::NotRecorded(const ActiveAlert& /*alert*/,
                                             const promql::Expr& expr) {
  if (!options_.first_of_run) {
    return "";
  }
  for (const Reading& reading : ReadingsOf(expr, recorded_)) {
    if (!reading.recorded) {
      continue;
    }
    SW_TRY_ASSIGN(const bool there, Asserts(reading.selector + ShiftOf(reading), options_.at));
    if (!there) {
      return "not recorded yet since the start";
    }
  }
  return "";
}

Result<std::string> DownTargets::Behind(const ActiveAlert& alert, const promql::Expr& expr) {
  using Cause = Result<std::string> (DownTargets::*)(const ActiveAlert&, const promql::Expr&);
  std::string reason;
  for (const Cause cause : {&DownTargets::TargetOf,
                            &DownTargets::PartOf,
                            &DownTargets::TooFew,
                            &DownTargets::NotRecorded}) {
    if (reason.empty()) {
      SW_TRY_ASSIGN(reason, (this->*cause)(alert, expr));
    }
  }
  return reason;
}

void MarkMissing(ActiveAlert& alert, std::string_view reason, TimePoint at) {
  if (alert.missing_since) {
    return;
  }
  alert.missing_since = at;
  const std::string text =
      fmt::format("no data since {}: {}, the state is the last known",
                  FormatRfc3339Nano(std::chrono::floor<std::chrono::seconds>(at)),
                  reason);
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
