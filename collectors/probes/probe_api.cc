#include "collectors/probes/probe_api.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "collectors/probes/prober.h"
#include "exporter/base/number.h"
#include "exporter/exposition/writer.h"
#include "exporter/scrape/snapshot_sink.h"

namespace sidewatch::probes {

namespace {

constexpr std::chrono::milliseconds kLongest(120'000);  // As the peer, for who states no timeout.
constexpr std::chrono::milliseconds kShortest(10);
constexpr std::chrono::milliseconds kOffset(500);  // Left to the answer of what a scrape may take.
constexpr std::string_view kDefaultModule = "http_2xx";

/// The value of a parameter, or nothing.
std::string Parameter(const net::HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.Form()) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

/// The shorter of what the scraper says that it waits, less half a second, and the module's own.
std::chrono::milliseconds TimeoutOf(const net::HttpRequest& request, const Module& module) {
  std::chrono::milliseconds timeout = kLongest;
  const auto stated = ParseNumber(request.GetHeader("X-Prometheus-Scrape-Timeout-Seconds"));
  constexpr double kMillis = 1000;
  if (stated && *stated > 0 && *stated * kMillis < static_cast<double>(kLongest.count())) {
    const std::chrono::milliseconds scrape(static_cast<std::int64_t>(*stated * kMillis));
    timeout = scrape > kOffset ? scrape - kOffset : scrape;
  }
  if (module.timeout > Duration(0)) {
    timeout = std::min<std::chrono::milliseconds>(timeout, module.timeout);
  }
  return std::max(timeout, kShortest);
}

/// The name that the target is asked for, where it differs from where it is.
void SetHostName(const std::string& name, ProbeOptions& options) {
  if (auto* http = std::get_if<HttpOptions>(&options)) {
    if (net::FindHeader(http->headers, "Host").empty()) {
      http->headers.emplace_back("Host", name);
    }
    std::string& server_name = http->client.tls.server_name;
    server_name = server_name.empty() ? name : server_name;
  } else if (auto* tcp = std::get_if<TcpOptions>(&options)) {
    std::string& server_name = tcp->tls_config.server_name;
    server_name = server_name.empty() ? name : server_name;
  }
}

net::HttpResponse UnknownModule(std::string_view name, const Endpoint& endpoint) {
  std::vector<std::string_view> names;
  names.reserve(endpoint.modules.size());
  for (const auto& [known, module] : endpoint.modules) {
    names.push_back(known);
  }
  return net::TextResponse(
      400, fmt::format("Unknown module \"{}\"; there are {}\n", name, fmt::join(names, ", ")));
}

std::string PageOf(const std::vector<MetricFamily>& families,
                   const exposition::PageFormat& format) {
  std::vector<const MetricFamily*> pointers;
  pointers.reserve(families.size());
  for (const MetricFamily& family : families) {
    pointers.push_back(&family);
  }
  return exposition::FormatPage(pointers, format);
}

/// Counts a probe that runs, as long as this is there.
class Slot {
 public:
  explicit Slot(std::atomic<int>& running) : running_(running), number_(++running) {}

  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  ~Slot() { --running_; }

  int number() const { return number_; }

 private:
  std::atomic<int>& running_;
  int number_;
};

}  // namespace

void ProbeApi::Register(net::Router& router, int at_once) {
  at_once_ = at_once;
  router.Handle("GET", "/probe", net::Access::kRead, [this](const net::HttpRequest& request) {
    return Serve(request);
  });
}

void ProbeApi::Apply(Endpoint endpoint) {
  auto next = std::make_shared<const Endpoint>(std::move(endpoint));
  const MutexLock lock(mutex_);
  endpoint_ = std::move(next);
}

std::shared_ptr<const Endpoint> ProbeApi::Current() const {
  const MutexLock lock(mutex_);
  return endpoint_;
}

net::HttpResponse ProbeApi::Serve(const net::HttpRequest& request) {
  const std::shared_ptr<const Endpoint> endpoint = Current();
  if (endpoint == nullptr) {
    return net::TextResponse(503, "The configuration is not read yet.\n");
  }
  const Slot slot(running_);
  if (slot.number() > at_once_) {
    return net::TextResponse(
        503, fmt::format("{} probes run already: ask again later, or less often.\n", at_once_));
  }
  return Answer(request, *endpoint);
}

net::HttpResponse ProbeApi::Answer(const net::HttpRequest& request, const Endpoint& endpoint) {
  const std::string asked = Parameter(request, "module");
  const std::string_view name = asked.empty() ? kDefaultModule : std::string_view(asked);
  const auto module = endpoint.modules.find(name);
  if (module == endpoint.modules.end()) {
    return UnknownModule(name, endpoint);
  }
  const std::string target = Parameter(request, "target");
  if (target.empty()) {
    return net::TextResponse(400, "Target parameter is missing\n");
  }
  Result<ProbeOptions> options = PointAt(module->second, target, endpoint.allowed);
  if (!options) {
    const bool refused = options.error().code == ErrorCode::kPermissionDenied;
    return net::TextResponse(refused ? 403 : 400, options.error().message + "\n");
  }
  if (const std::string host = Parameter(request, "hostname"); !host.empty()) {
    if (host.find_first_of("\r\n") != std::string::npos) {
      return net::TextResponse(400, "hostname is one line\n");
    }
    SetHostName(host, *options);
  }
  scrape::SnapshotSink sink;
  const SteadyTime deadline = clock_.Steady() + TimeoutOf(request, module->second);
  const std::string failure = RunProbe(*MakeProber(*options), {deadline, stop_, clock_}, sink);
  const std::vector<MetricFamily> families = sink.Take();
  if (Parameter(request, "debug") == "true") {
    return net::TextResponse(
        200,
        fmt::format("Logs for the probe:\nmodule={} target={} {}\n\n\n\nMetrics that would have "
                    "been returned:\n{}",
                    name,
                    target,
                    failure.empty() ? "probe succeeded" : "probe failed: " + failure,
                    PageOf(families, exposition::Negotiate(""))));
  }
  const exposition::PageFormat format = exposition::Negotiate(request.GetHeader("Accept"));
  net::HttpResponse response;
  response.content_type = exposition::ContentType(format);
  response.body = PageOf(families, format);
  return response;
}

}  // namespace sidewatch::probes
