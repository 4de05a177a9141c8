#include "collectors/probes/probes.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "collectors/probes/address.h"
#include "collectors/probes/json_fields.h"
#include "collectors/probes/options.h"
#include "collectors/probes/prober.h"
#include "collectors/probes/rows.h"
#include "collectors/probes/tls_rows.h"

namespace sidewatch::probes {

namespace {

constexpr MetricDescriptor kSuccess =
    ProbeRow("probe_success", {}, "the probe", "1 if the target is as it should be.");
constexpr MetricDescriptor kDuration =
    ProbeRow("probe_duration_seconds", {}, "the probe", "Seconds that the probe took.");
constexpr MetricDescriptor kTimeout =
    ProbeRow("probe_timeout_seconds", {}, "the configuration", "Seconds that the probe may take.");

constexpr MetricDescriptor kOwnMetrics[] = {kSuccess, kDuration, kTimeout};
static_assert(DescriptorsAreSound(kOwnMetrics));

/// What a probe leaves of the run's time, so that a target that hangs is a result and not an
/// overdue run.
constexpr std::chrono::milliseconds kReserve(500);
constexpr int kReserveShare = 10;

double Seconds(SteadyTime::duration time) {
  return std::chrono::duration<double>(time).count();
}

class ProbesCollector final : public scrape::Collector {
 public:
  ProbesCollector(const Options& options, const scrape::CollectorDeps& deps)
      : url_(options.url), prober_(MakeProber(options.probe)), clock_(deps.clock), log_(deps.log) {}

  /// A target that fails its probe is a result: the run itself worked, as with the peer.
  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    const SteadyTime started = clock_.Steady();
    const SteadyTime::duration left = run.deadline - started;
    const SteadyTime deadline =
        run.deadline - std::min<SteadyTime::duration>(kReserve, left / kReserveShare);
    const std::string failure = RunProbe(*prober_, {deadline, run.stop, clock_}, sink);
    if (run.stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    Tell(failure);
    return {};
  }

  std::string Instance() const override { return url_; }

 private:
  void Tell(const std::string& failure) {
    if (!failure.empty() && !failing_) {
      log_.Warn("probe failed", {{"url", url_}, {"reason", failure}});
    } else if (failure.empty() && failing_) {
      log_.Info("probe succeeds again", {{"url", url_}});
    }
    failing_ = !failure.empty();
  }

  std::string url_;
  std::unique_ptr<Prober> prober_;
  const Clock& clock_;
  Logger log_;
  bool failing_ = false;
};

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  const Options options = ReadOptions(target);
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<ProbesCollector>(options, deps);
}

/// The rows of all probers; some show the same one.
std::vector<MetricDescriptor> JoinMetrics() {
  std::vector<MetricDescriptor> all(std::begin(kOwnMetrics), std::end(kOwnMetrics));
  for (const auto& table : {AddressMetrics(),
                            HttpMetrics(),
                            TcpMetrics(),
                            IcmpMetrics(),
                            DnsMetrics(),
                            TlsMetrics(),
                            JsonMetrics()}) {
    for (const MetricDescriptor& row : table) {
      if (std::ranges::find(all, row.name, &MetricDescriptor::name) == all.end()) {
        all.push_back(row);
      }
    }
  }
  return all;
}

std::span<const MetricDescriptor> AllMetrics() {
  static const std::vector<MetricDescriptor> kAll = JoinMetrics();
  return kAll;
}

std::unique_ptr<Prober> Make(const HttpOptions& options) {
  return MakeHttpProber(options);
}

std::unique_ptr<Prober> Make(const TcpOptions& options) {
  return MakeTcpProber(options);
}

std::unique_ptr<Prober> Make(const IcmpOptions& options) {
  return MakeIcmpProber(options);
}

std::unique_ptr<Prober> Make(const DnsOptions& options) {
  return MakeDnsProber(options);
}

}  // namespace

std::unique_ptr<Prober> MakeProber(const ProbeOptions& options) {
  return std::visit([](const auto& probe) { return Make(probe); }, options);
}

std::string RunProbe(Prober& prober, const ProbeContext& context, scrape::SampleSink& sink) {
  const SteadyTime started = context.clock.Steady();
  std::string failure = prober.Probe(context, sink);
  if (!context.stop.stop_requested()) {
    sink.Add(kSuccess, failure.empty() ? 1 : 0);
    sink.Add(kDuration, Seconds(context.clock.Steady() - started));
    // To a tenth: the run's exact start is nothing that a person configured.
    sink.Add(kTimeout, std::round(Seconds(context.deadline - started) * 10) / 10);
  }
  return failure;
}

const scrape::CollectorSpec kProbesSpec = {
    .kind = "probes",
    .default_job = "blackbox",
    .summary = "Pages, ports and hosts as their users see them; values inside JSON pages.",
    .metrics = AllMetrics(),
    .create = &Create,
};

}  // namespace sidewatch::probes
