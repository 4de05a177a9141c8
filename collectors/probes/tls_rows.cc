#include "collectors/probes/tls_rows.h"

#include <utility>
#include <vector>

#include "collectors/probes/rows.h"
#include "exporter/net/certificate.h"
#include "exporter/net/tls_facts.h"

namespace sidewatch::probes {

namespace {

constexpr Duration kTrustAge = std::chrono::minutes(10);

constexpr std::string_view kInfoLabels[] = {
    "fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"};
constexpr std::string_view kVersionLabels[] = {"version"};
constexpr std::string_view kCipherLabels[] = {"cipher"};

constexpr MetricDescriptor kEarliestExpiry =
    ProbeRow("probe_ssl_earliest_cert_expiry",
             {},
             "notAfter of what the server showed",
             "When the first of the shown certificates expires, as Unix time.");
constexpr MetricDescriptor kChainExpiry =
    ProbeRow("probe_ssl_last_chain_expiry_timestamp_seconds",
             {},
             "notAfter of the verified chain",
             "When the verified chain expires, as Unix time; only of one that is valid.");
constexpr MetricDescriptor kChainInfo =
    ProbeRow("probe_ssl_last_chain_info",
             kInfoLabels,
             "the server's certificate",
             "What the server's own certificate says, in labels; always 1.");
constexpr MetricDescriptor kVersion =
    ProbeRow("probe_tls_version_info",
             kVersionLabels,
             "the handshake",
             "The version of TLS that was agreed on, in a label; always 1.");
constexpr MetricDescriptor kCipher =
    ProbeRow("probe_tls_cipher_info",
             kCipherLabels,
             "the handshake",
             "The cipher suite that was agreed on, in a label; always 1.");

constexpr MetricDescriptor kMetrics[] = {
    kEarliestExpiry, kChainExpiry, kChainInfo, kVersion, kCipher};
static_assert(DescriptorsAreSound(kMetrics));

}  // namespace

void TlsRows::Write(const net::TlsState& state,
                    const ProbeContext& context,
                    scrape::SampleSink& sink) {
  sink.Add(kVersion, {net::ShownTlsVersion(state.version)}, 1);
  sink.Add(kCipher, {state.cipher}, 1);
  std::vector<net::Certificate> chain;
  for (const std::string& der : state.chain_der) {
    Result<net::Certificate> certificate = net::ParseCertificate(der);
    if (!certificate) {
      return;
    }
    chain.push_back(std::move(*certificate));
  }
  if (chain.empty()) {
    return;
  }
  const net::Certificate& own = chain.front();
  sink.Add(kEarliestExpiry, ToUnixSeconds(net::EarliestExpiry(chain)));
  sink.Add(kChainInfo,
           {own.fingerprint,
            own.subject.text,
            own.issuer.text,
            net::JoinedDnsNames(own),
            own.serial_hex},
           1);
  if (!trust_ || context.clock.Steady() >= trust_until_) {
    Result<net::Trust> loaded = net::Trust::Load(options_.ca_file);
    if (!loaded) {
      return;
    }
    trust_ = std::move(*loaded);
    trust_until_ = context.clock.Steady() + kTrustAge;
  }
  const net::ChainVerdict verdict =
      trust_->Verify(state.chain_der, net::ChainUse::kServer, context.clock.Now());
  if (verdict.expires) {
    sink.Add(kChainExpiry, ToUnixSeconds(*verdict.expires));
  }
}

std::span<const MetricDescriptor> TlsMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
