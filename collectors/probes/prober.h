#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "collectors/probes/options.h"
#include "exporter/base/clock.h"
#include "exporter/model/metric.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::probes {

/// When a probe must be over, and who may end it.
struct ProbeContext {
  SteadyTime deadline;
  const std::stop_token& stop;
  const Clock& clock;
};

/// Looks at one target in one way.
class Prober {
 public:
  Prober() = default;
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;
  virtual ~Prober() = default;

  /// One probe, by `context.deadline`. Returns why it failed; empty: it succeeded.
  virtual std::string Probe(const ProbeContext& context, scrape::SampleSink& sink) = 0;
};

std::unique_ptr<Prober> MakeHttpProber(const HttpOptions& options);
std::unique_ptr<Prober> MakeTcpProber(const TcpOptions& options);
std::unique_ptr<Prober> MakeIcmpProber(const IcmpOptions& options);
std::unique_ptr<Prober> MakeDnsProber(const DnsOptions& options);

std::unique_ptr<Prober> MakeProber(const ProbeOptions& options);

/// As Prober::Probe, and writes how it ended and how long it took.
std::string RunProbe(Prober& prober, const ProbeContext& context, scrape::SampleSink& sink);

std::span<const MetricDescriptor> HttpMetrics();
std::span<const MetricDescriptor> TcpMetrics();
std::span<const MetricDescriptor> IcmpMetrics();
std::span<const MetricDescriptor> DnsMetrics();

}  // namespace sidewatch::probes
