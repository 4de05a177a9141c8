#include <algorithm>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "collectors/certificates/endpoint.h"
#include "collectors/certificates/handshake.h"
#include "collectors/certificates/pem_file.h"
#include "collectors/certificates/starttls.h"
#include "exporter/app/commands/command.h"
#include "exporter/base/rfc3339.h"
#include "exporter/net/tls_facts.h"
#include "exporter/net/trust.h"

namespace sidewatch::app {
namespace {

constexpr int kWarningExit = 1;
constexpr auto kSoon = std::chrono::hours(24 * 14);

struct InspectOptions {
  std::string target;
  std::string server_name;
  std::string starttls;
  std::string ca_file;
  int timeout_seconds = 10;
};

using Row = std::vector<std::string>;

void PrintTable(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      line += last ? row[i] : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    fmt::print("{}\n", line);
  }
}

std::string Day(TimePoint at) {
  return FormatRfc3339Nano(at);
}

std::string DaysLeft(const net::Certificate& certificate, TimePoint now) {
  const auto left = std::chrono::floor<std::chrono::days>(certificate.not_after - now);
  return certificate.not_after < now ? "expired" : std::to_string(left.count());
}

void PrintCertificates(const std::vector<net::Certificate>& chain, TimePoint now) {
  std::vector<Row> rows = {{"SUBJECT", "ISSUER", "NAMES", "FROM", "UNTIL", "DAYS", "SERIAL"}};
  rows.reserve(chain.size() + 1);
  for (const net::Certificate& one : chain) {
    const std::string names = net::JoinedDnsNames(one);
    rows.push_back({one.subject.text,
                    one.issuer.text,
                    names.empty() ? "-" : names,
                    Day(one.not_before),
                    Day(one.not_after),
                    DaysLeft(one, now),
                    one.serial_hex});
  }
  PrintTable(rows);
}

int ExitOf(const std::vector<net::Certificate>& chain, bool good, TimePoint now) {
  const bool soon = std::any_of(chain.begin(), chain.end(), [now](const net::Certificate& one) {
    return one.not_after < now + kSoon;
  });
  if (!good) {
    return kUsageExit;
  }
  return soon ? kWarningExit : 0;
}

/// Prints how the chain stands and returns whether it is good.
bool PrintChain(const std::vector<net::Certificate>& chain,
                const InspectOptions& options,
                net::ChainUse use,
                TimePoint now) {
  const Result<net::Trust> trust = net::Trust::Load(options.ca_file);
  if (!trust) {
    fmt::print("chain  {}\n", trust.error().message);
    return false;
  }
  std::vector<std::string> ders;
  ders.reserve(chain.size());
  for (const net::Certificate& one : chain) {
    ders.push_back(one.der);
  }
  const net::ChainVerdict verdict = trust->Verify(ders, use, now);
  fmt::print("chain  {}\n",
             verdict.valid() ? "valid" : fmt::format("{}: {}", verdict.problem, verdict.text));
  return verdict.valid();
}

int InspectFile(const InspectOptions& options, TimePoint now) {
  const certificates::PemFile file = certificates::ReadPemFile(options.target);
  for (const certificates::Problem& problem : file.problems) {
    fmt::print(stderr, "{}: {}: {}\n", options.target, problem.reason, problem.text);
  }
  if (file.certificates.empty()) {
    if (file.problems.empty()) {
      fmt::print(stderr, "{}: the file holds no certificate\n", options.target);
    }
    return kUsageExit;
  }
  PrintCertificates(file.certificates, now);
  bool good = PrintChain(file.certificates, options, net::ChainUse::kAny, now);
  if (file.key != nullptr) {
    const bool belongs = certificates::KeyBelongsTo(*file.key, file.certificates.front());
    fmt::print("key    {}\n", belongs ? "belongs to the first certificate" : "key_mismatch");
    good = good && belongs;
  }
  return ExitOf(file.certificates, good && file.problems.empty(), now);
}

Result<certificates::Endpoint> EndpointOf(const InspectOptions& options) {
  SW_TRY_ASSIGN(certificates::Endpoint endpoint, certificates::ParseEndpoint(options.target));
  if (!options.server_name.empty()) {
    endpoint.server_name = options.server_name;
  }
  if (!options.starttls.empty()) {
    endpoint.starttls = certificates::FindStartTls(options.starttls);
    if (endpoint.starttls == nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  "--starttls \"{}\": expected {}",
                  options.starttls,
                  certificates::StartTlsNames());
    }
  }
  return endpoint;
}

int InspectEndpoint(const InspectOptions& options, const Clock& clock) {
  const Result<certificates::Endpoint> endpoint = EndpointOf(options);
  if (!endpoint) {
    fmt::print(stderr, "sidewatch: {}\n", endpoint.error().message);
    return kUsageExit;
  }
  const scrape::RunContext run{{}, clock.Steady() + std::chrono::seconds(options.timeout_seconds)};
  const std::vector<certificates::Handshake> shaken =
      certificates::ShakeHands({&*endpoint, 1}, run, clock);
  const certificates::Handshake& shown = shaken.front();
  if (shown.problem) {
    fmt::print(stderr, "{}: {}\n", shown.problem->reason, shown.problem->text);
    return kUsageExit;
  }
  PrintCertificates(shown.chain, clock.Now());
  fmt::print("tls    {} {}\n", net::ShownTlsVersion(shown.tls.version), shown.tls.cipher);
  const bool matches = net::MatchesHost(shown.chain.front(), endpoint->server_name);
  fmt::print("name   {} {}\n", matches ? "matches" : "is not for", endpoint->server_name);
  const bool valid = PrintChain(shown.chain, options, net::ChainUse::kServer, clock.Now());
  return ExitOf(shown.chain, matches && valid, clock.Now());
}

/// What exists on disk, or looks like a path, is a file.
int Inspect(const InspectOptions& options) {
  const SystemClock clock;

  struct stat status {};

  const bool is_url = options.target.find("://") != std::string::npos;
  const bool is_file = stat(options.target.c_str(), &status) == 0 ||
                       (!is_url && options.target.find('/') != std::string::npos);
  return is_file ? InspectFile(options, clock.Now()) : InspectEndpoint(options, clock);
}

}  // namespace

void AddCertCommand(CLI::App& program, Action& action) {
  CLI::App& group = CommandGroup(program, "cert", "Look at certificates");
  CLI::App* inspect = group.add_subcommand(
      "inspect",
      "Show the certificates of a file or a server. Ends with 0 if they are good, 1 if one expires "
      "within 14 days, 2 if they are not good");
  const auto options = std::make_shared<InspectOptions>();
  inspect->add_option("FILE|HOST:PORT", options->target, "A PEM or DER file, or a TLS server")
      ->required();
  inspect->add_option("--server-name", options->server_name, "The name to ask the server for");
  inspect->add_option(
      "--starttls", options->starttls, "The protocol before TLS: " + certificates::StartTlsNames());
  inspect->add_option(
      "--ca-file", options->ca_file, "Authorities to believe instead of the system's");
  inspect->add_option("--timeout", options->timeout_seconds, "Seconds to wait for a server")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  inspect->callback([&action, options] {
    action = [options] {
      return Inspect(*options);
    };
  });
}

}  // namespace sidewatch::app
