#include "collectors/certificates/endpoint_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "collectors/certificates/rows.h"
#include "exporter/base/rfc3339.h"
#include "exporter/net/tls_facts.h"

namespace sidewatch::certificates {

namespace {

constexpr std::string_view kLabels[] = {"endpoint"};
constexpr std::string_view kInfoLabels[] = {
    "endpoint", "fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"};
constexpr std::string_view kVersionLabels[] = {"endpoint", "version"};
constexpr std::string_view kCipherLabels[] = {"endpoint", "cipher"};
constexpr std::string_view kServedLabels[] = {"endpoint", "file"};

constexpr MetricDescriptor kSuccess =
    PeerRow(kProbePeer,
            Row("probe_success",
                kLabels,
                "the handshake",
                "1 if the endpoint showed a certificate, whatever is to be thought of that."));
constexpr MetricDescriptor kDuration =
    PeerRow(kProbePeer,
            Row("probe_duration_seconds",
                kLabels,
                "the handshake",
                "Seconds that the connection and the handshake took."));
constexpr MetricDescriptor kEarliestExpiry =
    PeerRow(kProbePeer,
            Row("probe_ssl_earliest_cert_expiry",
                kLabels,
                "notAfter of what the server showed",
                "When the first of the shown certificates expires, as Unix time."));
constexpr MetricDescriptor kChainExpiry =
    PeerRow(kProbePeer,
            Row("probe_ssl_last_chain_expiry_timestamp_seconds",
                kLabels,
                "notAfter of the verified chain",
                "When the verified chain expires, as Unix time; only of one that is valid."));
constexpr MetricDescriptor kChainInfo =
    PeerRow(kProbePeer,
            Row("probe_ssl_last_chain_info",
                kInfoLabels,
                "the server's certificate",
                "What the server's own certificate says, in labels; always 1."));
constexpr MetricDescriptor kTlsVersion =
    PeerRow(kProbePeer,
            Row("probe_tls_version_info",
                kVersionLabels,
                "the handshake",
                "The version of TLS that was agreed on, in a label; always 1."));
constexpr MetricDescriptor kTlsCipher =
    PeerRow(kProbePeer,
            Row("probe_tls_cipher_info",
                kCipherLabels,
                "the handshake",
                "The cipher suite that was agreed on, in a label; always 1."));
constexpr MetricDescriptor kChainValid =
    Row("certificate_chain_valid",
        kLabels,
        "what the server showed and the authorities that are believed",
        "1 if what the server shows is valid now and leads to a believed authority.");
constexpr MetricDescriptor kNameMatches =
    Row("certificate_name_matches",
        kLabels,
        "the server's certificate",
        "1 if the server's certificate is for the name that it was asked for.");
constexpr MetricDescriptor kServedIsNewest =
    Row("certificate_served_is_newest",
        kServedLabels,
        "the server's certificate and the file",
        "0 if a newer certificate lies in the file: the server was not told to reload it.");

constexpr MetricDescriptor kMetrics[] = {kSuccess,
                                         kDuration,
                                         kEarliestExpiry,
                                         kChainExpiry,
                                         kChainInfo,
                                         kTlsVersion,
                                         kTlsCipher,
                                         kChainValid,
                                         kNameMatches,
                                         kServedIsNewest};
static_assert(DescriptorsAreSound(kMetrics));

void WriteTls(const Handshake& shaken, std::string_view name, scrape::SampleSink& sink) {
  const net::Certificate& own = shaken.chain.front();
  sink.Add(kEarliestExpiry, {name}, ToUnixSeconds(net::EarliestExpiry(shaken.chain)));
  sink.Add(kChainInfo,
           {name,
            own.fingerprint,
            own.subject.text,
            own.issuer.text,
            net::JoinedDnsNames(own),
            own.serial_hex},
           1);
  sink.Add(kTlsVersion, {name, net::ShownTlsVersion(shaken.tls.version)}, 1);
  sink.Add(kTlsCipher, {name, shaken.tls.cipher}, 1);
}

void WriteJudgement(const Handshake& shaken,
                    const FileContext& context,
                    Findings& findings,
                    scrape::SampleSink& sink) {
  const std::string name = shaken.endpoint->ToString();
  const std::string& server_name = shaken.endpoint->server_name;
  const bool matches = net::MatchesHost(shaken.chain.front(), server_name);
  sink.Add(kNameMatches, {name}, matches ? 1 : 0);
  if (!matches) {
    findings.Add(SourceKind::kEndpoint,
                 name,
                 {"wrong_name",
                  fmt::format("the certificate is for \"{}\", not for \"{}\"",
                              net::JoinedDnsNames(shaken.chain.front()),
                              server_name)});
  }
  if (context.trust == nullptr) {
    return;
  }
  const net::ChainVerdict verdict =
      context.trust->Verify(shaken.tls.chain_der, net::ChainUse::kServer, context.now);
  sink.Add(kChainValid, {name}, verdict.valid() ? 1 : 0);
  if (verdict.expires) {
    sink.Add(kChainExpiry, {name}, ToUnixSeconds(*verdict.expires));
  }
  if (!verdict.valid()) {
    findings.Add(SourceKind::kEndpoint, name, {verdict.problem, verdict.text});
  }
}

/// Whether the file holds a certificate of the same server.
bool IsForSameServer(const Handshake& shaken, const ReadFile& file) {
  if (file.content.certificates.empty()) {
    return false;
  }
  if (!shaken.endpoint->file.empty()) {
    return shaken.endpoint->file == file.path;
  }
  const net::Certificate& served = shaken.chain.front();
  const net::Certificate& on_disk = file.content.certificates.front();
  const std::string& common_name = served.subject.common_name;
  return net::HaveSameNames(served, on_disk) ||
         (!common_name.empty() && common_name == on_disk.subject.common_name);
}

bool IsNewer(const net::Certificate& on_disk, const net::Certificate& served, TimePoint now) {
  if (on_disk.fingerprint == served.fingerprint || on_disk.not_before > now) {
    return false;
  }
  return std::pair(on_disk.not_before, on_disk.not_after) >
         std::pair(served.not_before, served.not_after);
}

void WriteServed(const Handshake& shaken,
                 const ReadFile& file,
                 TimePoint now,
                 Findings& findings,
                 scrape::SampleSink& sink) {
  const std::string name = shaken.endpoint->ToString();
  const net::Certificate& served = shaken.chain.front();
  const net::Certificate& on_disk = file.content.certificates.front();
  const bool outdated = IsNewer(on_disk, served, now);
  sink.Add(kServedIsNewest, {name, file.path}, outdated ? 0 : 1);
  if (outdated) {
    findings.Add(SourceKind::kEndpoint,
                 name,
                 {"newer_on_disk",
                  fmt::format("it serves a certificate that ends {}, while the one in {} ends {}: "
                              "reload the server",
                              FormatRfc3339Nano(served.not_after),
                              file.path,
                              FormatRfc3339Nano(on_disk.not_after))});
  }
}

}  // namespace

std::span<const MetricDescriptor> EndpointMetrics() {
  return kMetrics;
}

void WriteEndpoints(const std::vector<Handshake>& handshakes,
                    const std::vector<ReadFile>& files,
                    const FileContext& context,
                    Findings& findings,
                    scrape::SampleSink& sink) {
  for (const Handshake& shaken : handshakes) {
    const std::string name = shaken.endpoint->ToString();
    sink.Add(kSuccess, {name}, shaken.problem ? 0 : 1);
    sink.Add(kDuration, {name}, shaken.seconds);
    if (shaken.problem) {
      findings.AddError(SourceKind::kEndpoint, name, *shaken.problem);
      continue;
    }
    WriteTls(shaken, name, sink);
    WriteJudgement(shaken, context, findings, sink);
    for (const ReadFile& file : files) {
      if (IsForSameServer(shaken, file)) {
        WriteServed(shaken, file, context.now, findings, sink);
      }
    }
  }
}

}  // namespace sidewatch::certificates
