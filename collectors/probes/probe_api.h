#pragma once

#include <atomic>
#include <memory>
#include <stop_token>

#include "collectors/probes/modules.h"
#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/net/router.h"

namespace sidewatch::probes {

/// Serves `/probe?target=…&module=…` as blackbox_exporter does, for the hosts that the
/// configuration allows.
///
/// Threads: safe. Each probe runs in the thread of its request; more than `at_once` are refused.
class ProbeApi {
 public:
  /// `clock` outlives it; a `stop` ends the probes that run.
  ProbeApi(const Clock& clock, std::stop_token stop) : clock_(clock), stop_(std::move(stop)) {}

  /// Adds the route. The object must outlive the server.
  void Register(net::Router& router, int at_once);

  /// Takes the place of the configuration before; probes that run end as they began.
  void Apply(Endpoint endpoint);

 private:
  net::HttpResponse Serve(const net::HttpRequest& request);
  net::HttpResponse Answer(const net::HttpRequest& request, const Endpoint& endpoint);
  std::shared_ptr<const Endpoint> Current() const;

  const Clock& clock_;
  std::stop_token stop_;
  int at_once_ = 1;
  std::atomic<int> running_ = 0;
  mutable Mutex mutex_;
  std::shared_ptr<const Endpoint> endpoint_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::probes
