#include "collectors/certificates/handshake.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "collectors/certificates/starttls.h"

namespace sidewatch::certificates {

namespace {

constexpr std::size_t kMostAtOnce = 16;

Problem ProblemOf(const Error& error, std::string_view other) {
  std::string_view reason = other;
  if (error.code == ErrorCode::kUnresolvedHost) {
    reason = "unresolved_host";
  } else if (error.code == ErrorCode::kDeadlineExceeded) {
    reason = "timeout";
  }
  return {reason, error.message};
}

struct Limits {
  SteadyTime deadline;
  std::stop_token stop;
};

std::optional<Problem> Shake(const Endpoint& endpoint, const Limits& limits, net::TlsState& tls) {
  Result<std::unique_ptr<net::Stream>> stream =
      net::Stream::Connect(endpoint.target(), limits.deadline, limits.stop);
  if (!stream) {
    return ProblemOf(stream.error(), "unreachable");
  }
  if (endpoint.starttls != nullptr) {
    const Status asked = AskForTls(*endpoint.starttls, **stream, limits.deadline, limits.stop);
    if (!asked) {
      return ProblemOf(asked.error(), "starttls_refused");
    }
  }
  // What is wrong with the certificate is to be measured, not to end the handshake.
  const net::TlsOptions options{.server_name = endpoint.server_name, .insecure_skip_verify = true};
  const Status secured = (*stream)->StartTls(options, limits.deadline, limits.stop);
  if (!secured) {
    return ProblemOf(secured.error(), "tls_failed");
  }
  std::optional<net::TlsState> state = (*stream)->tls_state();
  if (state) {
    tls = std::move(*state);
  }
  return std::nullopt;
}

void Fill(const Limits& limits, const Clock& clock, Handshake& out) {
  const SteadyTime started = clock.Steady();
  out.problem = Shake(*out.endpoint, limits, out.tls);
  out.seconds = std::chrono::duration<double>(clock.Steady() - started).count();
  if (out.problem) {
    return;
  }
  for (const std::string& der : out.tls.chain_der) {
    Result<net::Certificate> certificate = net::ParseCertificate(der);
    if (!certificate) {
      out.chain.clear();
      break;
    }
    out.chain.push_back(std::move(*certificate));
  }
  if (out.chain.empty()) {
    out.problem = Problem{"no_certificate", "the server shows no certificate that can be read"};
  }
}

}  // namespace

std::vector<Handshake> ShakeHands(std::span<const Endpoint> endpoints,
                                  const scrape::RunContext& run,
                                  const Clock& clock) {
  std::vector<Handshake> results(endpoints.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].endpoint = &endpoints[i];
  }
  const std::size_t rounds = (endpoints.size() + kMostAtOnce - 1) / kMostAtOnce;
  const auto share =
      (run.deadline - clock.Steady()) / static_cast<int>(std::max<std::size_t>(rounds, 1));
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < results.size(); i = next++) {
      Fill({std::min(run.deadline, clock.Steady() + share), run.stop}, clock, results[i]);
    }
  };
  std::vector<std::jthread> workers;
  try {
    for (std::size_t i = 1; i < std::min(kMostAtOnce, results.size()); ++i) {
      workers.emplace_back(work);
    }
  } catch (const std::system_error&) {
    // No more threads to be had: those that started do the work of all.
  }
  work();
  workers.clear();
  return results;
}

}  // namespace sidewatch::certificates
