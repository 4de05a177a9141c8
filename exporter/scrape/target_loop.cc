#include "exporter/scrape/target_loop.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/scrape/schedule.h"

namespace sidewatch::scrape {
namespace {

// Collectors watch their deadline themselves; this much later one counts as hanging.
constexpr Duration kGrace(250);
constexpr Duration kReminder = std::chrono::minutes(10);

double Seconds(SteadyTime::duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

TargetLoop::TargetLoop(Target target, const LoopDeps& deps)
    : target_(std::move(target)),
      deps_(deps),
      metrics_(deps.metrics.Add(target_.config.kind, target_.config.name)),
      labels_(target_.config),
      writer_(target_.config, deps.store) {}

TargetLoop::~TargetLoop() = default;

void TargetLoop::Run(const std::stop_token& stop, Waker& waker) {
  const TargetConfig& config = target_.config;
  const Duration offset = ScheduleOffset(config.kind, config.name, config.interval);
  TimePoint due = deps_.clock.Now();
  while (!stop.stop_requested()) {
    RunOnce(due, stop);
    if (stop.stop_requested()) {
      return;  // A run that hung outlives what `deps_` refers to.
    }
    const TimePoint now = deps_.clock.Now();
    due = NextDue(now, config.interval, offset);
    waker.WaitUntil(stop, deps_.clock.Steady() + (due - now));
  }
}

Status TargetLoop::Collect(SampleSink& sink, const RunContext& run) const {
  // The only place where a stray exception of a collector or of its library ends.
  try {
    return target_.collector->Collect(run, sink);
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kInternal, "unexpected exception: {}", error.what());
  }
}

Status TargetLoop::CollectInTurn(SampleSink& sink, const RunContext& run) {
  if (!run_.TakeWithin(target_.config.timeout)) {
    return Fail(ErrorCode::kDeadlineExceeded, "the run before is still in flight");
  }
  const SlotHolder taken(run_);
  return Collect(sink, run);
}

void TargetLoop::RunOnce(TimePoint due, const std::stop_token& stop) {
  run_.Take();
  const SlotHolder taken(run_);
  const SteadyTime begin = deps_.clock.Steady();
  const TimePoint started = deps_.clock.Now();
  const RunContext run{.stop = stop, .deadline = begin + target_.config.timeout};
  {
    const MutexLock lock(mutex_);
    in_flight_ = InFlight{.deadline = run.deadline, .next_give_up = run.deadline + kGrace};
  }
  if (deps_.run_started) {
    deps_.run_started();
  }
  SnapshotSink sink;
  Status ended = Collect(sink, run);

  const MutexLock lock(mutex_);
  const bool given_up = in_flight_ && in_flight_->given_up;
  in_flight_.reset();
  if (given_up || retired_ || stop.stop_requested()) {
    return;
  }
  std::vector<MetricFamily> families = sink.Take();
  if (ended) {
    ended = writer_.Admit(families);
    if (!ended) {
      families.clear();
    }
  }
  Publish(std::move(families),
          ended ? std::nullopt : std::optional(std::move(ended).error()),
          RunTimestamp(due, started, target_.config.interval),
          Seconds(deps_.clock.Steady() - begin));
}

Snapshot TargetLoop::CollectNow(const std::stop_token& stop) {
  Snapshot snapshot;
  snapshot.at = deps_.clock.Now();
  snapshot.since = snapshot.at;
  const SteadyTime begin = deps_.clock.Steady();
  const RunContext run{.stop = stop, .deadline = begin + target_.config.timeout};
  SnapshotSink sink;
  Status ended = CollectInTurn(sink, run);
  snapshot.families = sink.Take();
  snapshot.seconds = Seconds(deps_.clock.Steady() - begin);
  if (!ended) {
    snapshot.error = std::move(ended).error();
  }
  AddUp(snapshot.families, snapshot.up());
  AddShownLabels(snapshot.families);
  return snapshot;
}

void TargetLoop::GiveUpOverdue(SteadyTime now) {
  const MutexLock lock(mutex_);
  if (!in_flight_ || retired_ || now < in_flight_->next_give_up) {
    return;
  }
  const Duration timeout = target_.config.timeout;
  in_flight_->given_up = true;
  in_flight_->next_give_up = now + target_.config.interval;
  Publish({},
          Error{ErrorCode::kDeadlineExceeded,
                fmt::format("no answer within {}, and the run hangs", FormatDuration(timeout))},
          deps_.clock.Now(),
          Seconds(now - in_flight_->deadline + timeout));
}

std::optional<SteadyTime> TargetLoop::NextOverdue() const {
  const MutexLock lock(mutex_);
  return in_flight_ && !retired_ ? std::optional(in_flight_->next_give_up) : std::nullopt;
}

SnapshotPtr TargetLoop::snapshot() const {
  const MutexLock lock(mutex_);
  return snapshot_;
}

void TargetLoop::Retire(bool end_series) {
  const MutexLock lock(mutex_);
  if (retired_) {
    return;
  }
  retired_ = true;
  if (end_series) {
    writer_.EndAll(deps_.clock.Now());
  }
  deps_.metrics.Remove(metrics_);
}

void TargetLoop::Publish(std::vector<MetricFamily> families,
                         std::optional<Error> error,
                         TimePoint at,
                         double seconds) {
  metrics_.runs->Increment();
  metrics_.duration->Observe(seconds);
  deps_.metrics.SetUp(
      metrics_, target_.config.kind, target_.config.name, !error, ToUnixSeconds(at));
  if (error) {
    deps_.metrics.CountError(target_.config.kind, target_.config.name, error->code);
  }
  AddUp(families, !error);
  TellRefused(writer_.Write(families, at, !error, seconds));
  Tell(error);
  AddShownLabels(families);
  const bool goes_on = snapshot_ && snapshot_->up() == !error;
  snapshot_ = std::make_shared<const Snapshot>(Snapshot{.families = std::move(families),
                                                        .at = at,
                                                        .since = goes_on ? snapshot_->since : at,
                                                        .seconds = seconds,
                                                        .error = std::move(error)});
}

void TargetLoop::AddUp(std::vector<MetricFamily>& families, bool up) const {
  const MetricDescriptor* metric = target_.spec->up;
  if (metric == nullptr) {
    return;
  }
  MetricFamily family{
      .name = std::string(metric->name),
      .type = metric->type,
      .help = std::string(metric->help),
      .unit = {},
      .samples = {{.labels = LabelSet{{kMetricName, metric->name}}, .value = up ? 1.0 : 0.0}}};
  const auto place = std::ranges::lower_bound(families, family.name, {}, &MetricFamily::name);
  if (place != families.end() && place->name == family.name) {
    *place = std::move(family);
  } else {
    families.insert(place, std::move(family));
  }
}

void TargetLoop::AddShownLabels(std::vector<MetricFamily>& families) const {
  labels_.RelabelShown(families);
  const bool show_target = show_target_label_;
  if (!show_target && target_.config.labels.empty()) {
    return;
  }
  for (MetricFamily& family : families) {
    for (MetricSample& sample : family.samples) {
      LabelSetBuilder builder(sample.labels);
      for (const Label label : target_.config.labels) {
        builder.Set(label.name, label.value);
      }
      if (show_target) {
        builder.Set("target", target_.config.name);
      }
      sample.labels = builder.Build();
    }
  }
}

void TargetLoop::Tell(const std::optional<Error>& error) {
  const TargetConfig& config = target_.config;
  const TimePoint now = deps_.clock.Now();
  if (!error) {
    if (told_down_) {
      deps_.log.Info("target is back", {{"kind", config.kind}, {"target", config.name}});
    }
    told_down_ = false;
    return;
  }
  if (told_down_ && now - last_told_ < kReminder) {
    return;
  }
  deps_.log.Warn(told_down_ ? "target is still down" : "target is down",
                 {{"kind", config.kind},
                  {"target", config.name},
                  {"class", ErrorCodeName(error->code)},
                  {"error", error->message}});
  told_down_ = true;
  last_told_ = now;
}

void TargetLoop::TellRefused(const WriteReport& report) {
  deps_.metrics.CountRefused(ErrorCode::kLimitExceeded, report.refused_over_limit);
  deps_.metrics.CountRefused(ErrorCode::kInvalidArgument, report.refused_out_of_order);
  const bool refused = report.refused_over_limit > 0 || !report.committed;
  if (refused && !told_refused_) {
    deps_.log.Warn(
        report.committed ? "samples are refused: storage.max_series is reached"
                         : "samples are kept in memory only",
        {{"kind", target_.config.kind},
         {"target", target_.config.name},
         {"samples", report.refused_over_limit},
         {"error", report.committed ? std::string("limit") : report.committed.error().message}});
  }
  told_refused_ = refused;
}

}  // namespace sidewatch::scrape
