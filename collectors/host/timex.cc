#include <cerrno>
#include <system_error>

#include <sys/timex.h>

#include "collectors/host/parts.h"

namespace sidewatch::host {

namespace {

enum Row : std::size_t {
  kOffset,
  kFrequency,
  kMaxError,
  kEstimatedError,
  kStatus,
  kLoopTime,
  kTick,
  kPpsFrequency,
  kPpsJitter,
  kPpsShift,
  kPpsStability,
  kPpsJitterTotal,
  kPpsCalibration,
  kPpsError,
  kPpsStabilityExceeded,
  kTaiOffset,
  kSync
};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_timex_offset_seconds",
          {},
          "adjtimex offset",
          "Offset between the local clock and its reference."),
    Gauge("node_timex_frequency_adjustment_ratio",
          {},
          "adjtimex freq",
          "Adjustment of the local clock's frequency, 1 for none."),
    Gauge("node_timex_maxerror_seconds", {}, "adjtimex maxerror", "Most that the clock may err."),
    Gauge("node_timex_estimated_error_seconds",
          {},
          "adjtimex esterror",
          "What the clock is estimated to err."),
    Gauge("node_timex_status", {}, "adjtimex status", "Bits of the clock's state."),
    Gauge("node_timex_loop_time_constant",
          {},
          "adjtimex constant",
          "Time constant of the phase-locked loop."),
    Gauge("node_timex_tick_seconds", {}, "adjtimex tick", "Time between two ticks of the clock."),
    Gauge("node_timex_pps_frequency_hertz",
          {},
          "adjtimex ppsfreq",
          "Frequency of the pulse-per-second signal."),
    Gauge("node_timex_pps_jitter_seconds",
          {},
          "adjtimex jitter",
          "Jitter of the pulse-per-second signal."),
    Gauge("node_timex_pps_shift_seconds",
          {},
          "adjtimex shift",
          "Interval of the pulse-per-second signal."),
    Gauge("node_timex_pps_stability_hertz",
          {},
          "adjtimex stabil",
          "Stability of the pulse-per-second signal."),
    Counter("node_timex_pps_jitter_total",
            {},
            "adjtimex jitcnt",
            "Pulses whose jitter was above the limit."),
    Counter("node_timex_pps_calibration_total", {}, "adjtimex calcnt", "Calibration intervals."),
    Counter("node_timex_pps_error_total", {}, "adjtimex errcnt", "Calibration errors."),
    Counter("node_timex_pps_stability_exceeded_total",
            {},
            "adjtimex stbcnt",
            "Intervals whose stability was above the limit."),
    Gauge("node_timex_tai_offset_seconds", {}, "adjtimex tai", "Offset of TAI from UTC."),
    Gauge("node_timex_sync_status",
          {},
          "adjtimex",
          "1 if the clock is synchronised with a reliable server."),
};
static_assert(DescriptorsAreSound(kMetrics));

// Frequencies are told in millionths, scaled by 2^16.
constexpr double kFrequencyScale = 65536.0 * 1e6;
constexpr double kMicro = 1e-6;
constexpr double kNano = 1e-9;

Status Collect(PartContext& /*context*/, scrape::SampleSink& sink) {
  timex state{};
  const int result = adjtimex(&state);
  if (result < 0) {
    const ErrorCode code = errno == EPERM ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable;
    return Fail(code, "adjtimex: {}", std::generic_category().message(errno));
  }
  const double unit = (state.status & STA_NANO) != 0 ? kNano : kMicro;
  const auto add = [&](Row row, auto value, double factor) {
    sink.Add(kMetrics[row], static_cast<double>(value) * factor);
  };
  add(kOffset, state.offset, unit);
  sink.Add(kMetrics[kFrequency], 1 + static_cast<double>(state.freq) / kFrequencyScale);
  add(kMaxError, state.maxerror, kMicro);
  add(kEstimatedError, state.esterror, kMicro);
  add(kStatus, state.status, 1);
  add(kLoopTime, state.constant, 1);
  add(kTick, state.tick, kMicro);
  add(kPpsFrequency, state.ppsfreq, 1 / kFrequencyScale);
  add(kPpsJitter, state.jitter, unit);
  add(kPpsShift, state.shift, 1);
  add(kPpsStability, state.stabil, 1 / kFrequencyScale);
  add(kPpsJitterTotal, state.jitcnt, 1);
  add(kPpsCalibration, state.calcnt, 1);
  add(kPpsError, state.errcnt, 1);
  add(kPpsStabilityExceeded, state.stbcnt, 1);
  add(kTaiOffset, state.tai, 1);
  sink.Add(kMetrics[kSync], result == TIME_ERROR ? 0 : 1);
  return {};
}

}  // namespace

constinit const Part kTimexPart = {.name = "timex", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
