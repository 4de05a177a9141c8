#include "collectors/heartbeats/heartbeats.h"

#include <algorithm>

#include "collectors/heartbeats/ping_record.h"
#include "exporter/cron/due_times.h"
#include "exporter/cron/read_schedule.h"

namespace sidewatch::heartbeats {
namespace {

using scrape::RunContext;
using scrape::SampleSink;

constexpr std::string_view kName[] = {"name"};
constexpr std::string_view kNameAndKind[] = {"name", "kind"};
constexpr std::string_view kNameAndState[] = {"name", "state"};

constexpr MetricDescriptor Gauge(std::string_view name,
                                 std::string_view help,
                                 std::string_view source) {
  return {.name = name,
          .type = MetricType::kGauge,
          .labels = kName,
          .help = help,
          .source = source,
          .peer = {}};
}

enum Metric : std::size_t {
  kLastSuccess,
  kLastStart,
  kLastFail,
  kLastDuration,
  kLastExitCode,
  kRunning,
  kLate,
  kExpectedEvery,
  kGrace,
  kExpected,
  kNextExpected,
  kPings,
  kState,
};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("heartbeat_last_success_timestamp_seconds",
          "When the job last told that it ended well.",
          "/ping/NAME, /ping/NAME/success, /ping/NAME/0"),
    Gauge("heartbeat_last_start_timestamp_seconds",
          "When the job last told that it began.",
          "/ping/NAME/start"),
    Gauge("heartbeat_last_fail_timestamp_seconds",
          "When the job last told that it failed.",
          "/ping/NAME/fail, /ping/NAME/EXIT_CODE"),
    Gauge("heartbeat_last_duration_seconds",
          "How long the last run took, from its start to its success or failure.",
          "time between two pings"),
    Gauge("heartbeat_last_exit_code",
          "Exit code of the last run; 0 for success and 1 for fail if none was told.",
          "/ping/NAME/EXIT_CODE"),
    Gauge("heartbeat_running",
          "1 from a start to the success or failure that ends it, else 0.",
          "order of pings"),
    Gauge("heartbeat_late",
          "1 if the job is missed: it was due, and its grace is over; else 0.",
          "last success, or since when the job is expected"),
    Gauge("heartbeat_expected_interval_seconds",
          "How often the job is expected to end well.",
          "configuration, every"),
    Gauge("heartbeat_grace_seconds", "How late the job may be.", "configuration, grace"),
    Gauge("heartbeat_expected_timestamp_seconds",
          "When the job was last due by its schedule.",
          "configuration, schedule"),
    Gauge("heartbeat_next_expected_timestamp_seconds",
          "When the job will be due next, or with every: since when it is due.",
          "configuration, schedule or every"),
    {.name = "heartbeat_pings_total",
     .type = MetricType::kCounter,
     .labels = kNameAndKind,
     .help = "Pings taken, by kind: success, start or fail.",
     .source = "/ping/NAME"},
    {.name = "heartbeat_state",
     .type = MetricType::kGauge,
     .labels = kNameAndState,
     .help = "1 for the state that the job is in: ok, due, late or missed.",
     .source = "last success, schedule or every, grace"},
};
static_assert(DescriptorsAreSound(kMetrics));

/// A field of the record that is a sample as it stands, if it is there.
struct Plain {
  Metric metric;
  std::optional<std::int64_t> PingRecord::*field;
  double unit;  ///< What a 1 of the field is in the metric's unit.
};

constexpr double kMillis = 1e-3;

constexpr Plain kPlain[] = {
    {kLastSuccess, &PingRecord::last_success, kMillis},
    {kLastStart, &PingRecord::last_start, kMillis},
    {kLastFail, &PingRecord::last_fail, kMillis},
    {kLastDuration, &PingRecord::last_duration, kMillis},
    {kLastExitCode, &PingRecord::last_exit_code, 1},
    {kRunning, &PingRecord::running, 1},
};

struct Counted {
  std::string_view kind;
  std::optional<std::int64_t> PingRecord::*field;
};

constexpr Counted kCounted[] = {
    {"fail", &PingRecord::fails},
    {"start", &PingRecord::starts},
    {"success", &PingRecord::successes},
};

struct Options {
  std::string name;
  Duration every{0};  ///< 0: there is a schedule.
  std::optional<cron::Schedule> schedule;
  const date::time_zone* zone = nullptr;
  Duration grace = std::chrono::hours(1);  // As healthchecks.io proposes.
};

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

class HeartbeatCollector final : public scrape::Collector {
 public:
  HeartbeatCollector(Options options, const scrape::CollectorDeps& deps)
      : options_(std::move(options)), clock_(deps.clock), memory_(deps.memory) {}

  Status Collect(const RunContext& /*run*/, SampleSink& sink) override {
    const std::string_view name = options_.name;
    if (!options_.schedule) {
      sink.Add(kMetrics[kExpectedEvery], {name}, Seconds(options_.every));
    }
    sink.Add(kMetrics[kGrace], {name}, Seconds(options_.grace));
    const std::optional<PingRecord> record = Remembered();
    return record ? Show(*record, sink) : Status();
  }

  std::string Instance() const override { return options_.name; }

 private:
  /// Nothing: the job is not known, as for `sidewatch check`, which has no memory.
  std::optional<PingRecord> Remembered() const {
    if (memory_ == nullptr) {
      return std::nullopt;
    }
    const auto values = memory_->LoadAll(kKind);
    if (!values) {
      return std::nullopt;
    }
    const auto found = values->find(options_.name);
    return found == values->end() ? std::nullopt : DecodeRecord(found->second);
  }

  Status Show(const PingRecord& record, SampleSink& sink) {
    const std::string_view name = options_.name;
    for (const Plain& row : kPlain) {
      if (const auto& value = record.*row.field) {
        sink.Add(kMetrics[row.metric], {name}, static_cast<double>(*value) * row.unit);
      }
    }
    ShowPlan(options_.schedule ? BySchedule(record) : ByInterval(record), sink);
    for (const Counted& row : kCounted) {
      sink.Add(
          kMetrics[kPings], {name, row.kind}, static_cast<double>((record.*row.field).value_or(0)));
    }
    return {};
  }

  /// When the job is due, and whether it came.
  struct Plan {
    std::optional<TimePoint> expected = std::nullopt;
    std::optional<TimePoint> next = std::nullopt;
    cron::State state = cron::State::kOk;
  };

  Plan ByInterval(const PingRecord& record) const {
    const TimePoint now = clock_.Now();
    const std::int64_t since =
        record.last_success.value_or(record.known_since.value_or(ToUnixMillis(now)));
    Plan plan{.next = FromUnixMillis(since) + options_.every};
    // It may take as long as `every` to the millisecond.
    const Duration waited = now - *plan.next - Duration(1);
    if (waited >= Duration(0)) {
      plan.state = cron::StateAfter(waited, options_.grace, record.running == 1);
    }
    return plan;
  }

  /// Due times before the job was known are not its business.
  Plan BySchedule(const PingRecord& record) {
    const TimePoint now = clock_.Now();
    Plan plan{.expected = times_.Last(*options_.schedule, *options_.zone, now),
              .next = times_.next()};
    const std::int64_t due = ToUnixMillis(plan.expected.value_or(now));
    const bool expected = plan.expected && due >= record.known_since.value_or(due);
    const bool came = record.last_success && *record.last_success >= due;
    if (expected && !came) {
      const bool working = record.running == 1 && record.last_start.value_or(due) >= due;
      plan.state = cron::StateAfter(now - *plan.expected, options_.grace, working);
    }
    return plan;
  }

  void ShowPlan(const Plan& plan, SampleSink& sink) const {
    const std::string_view name = options_.name;
    if (plan.expected) {
      sink.Add(kMetrics[kExpected], {name}, ToUnixSeconds(*plan.expected));
    }
    if (plan.next) {
      sink.Add(kMetrics[kNextExpected], {name}, ToUnixSeconds(*plan.next));
    }
    sink.Add(kMetrics[kLate], {name}, plan.state == cron::State::kMissed ? 1 : 0);
    for (std::size_t i = 0; i < std::size(cron::kStateNames); ++i) {
      sink.Add(kMetrics[kState],
               {name, cron::kStateNames[i]},
               static_cast<std::size_t>(plan.state) == i ? 1 : 0);
    }
  }

  const Options options_;
  const Clock& clock_;
  scrape::Memory* const memory_;
  cron::DueTimes times_;
};

bool IsUrlName(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

/// `every`, or `schedule` and `timezone`.
void ReadTimes(config::MapReader& target, Options& options) {
  const bool has_every = target.Read("every", options.every);
  const bool has_schedule = target.Has("schedule");
  if (has_every && has_schedule) {
    target.ErrorAt("schedule", "is said by `every` already: use one of them");
  } else if (!has_every && !has_schedule) {
    target.Error(R"(missing key "every", or "schedule" with a crontab's five fields)");
  }
  if (has_every && options.every <= Duration(0)) {
    target.ErrorAt("every", "every must be longer than 0");
  }
  if (!has_schedule && target.Has("timezone")) {
    target.ErrorAt("timezone", "is of no use without a schedule");
    return;
  }
  options.zone = cron::ReadZone(target);
  options.schedule = cron::ReadSchedule(target, options.zone);
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  Options options;
  target.Require("name", options.name);
  if (!options.name.empty() && !IsUrlName(options.name)) {
    target.ErrorAt("name",
                   "the name is part of the URL /ping/NAME: use letters, digits, '-', '_' and '.'");
  }
  ReadTimes(target, options);
  target.Read("grace", options.grace);
  return std::make_unique<HeartbeatCollector>(std::move(options), deps);
}

}  // namespace

const scrape::CollectorSpec kHeartbeatsSpec = {
    .kind = kKind,
    .default_job = "heartbeats",
    .summary = "Jobs that tell by HTTP that they ran, as healthchecks.io takes it.",
    .metrics = kMetrics,
    .collect_on_read = true,
    .create = &Create,
};

}  // namespace sidewatch::heartbeats
