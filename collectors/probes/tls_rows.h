#pragma once

#include <optional>
#include <span>

#include "collectors/probes/prober.h"
#include "exporter/net/stream.h"
#include "exporter/net/trust.h"

namespace sidewatch::probes {

/// Writes what a TLS session and its certificates say. Keeps the believed authorities for a while.
class TlsRows {
 public:
  /// `options` outlives the object.
  explicit TlsRows(const net::TlsOptions& options) : options_(options) {}

  void Write(const net::TlsState& state, const ProbeContext& context, scrape::SampleSink& sink);

 private:
  const net::TlsOptions& options_;
  std::optional<net::Trust> trust_;
  SteadyTime trust_until_;
};

std::span<const MetricDescriptor> TlsMetrics();

}  // namespace sidewatch::probes
