#include "collectors/certificates/file_report.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "collectors/certificates/rows.h"

namespace sidewatch::certificates {

namespace {

constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kDiscriminatorSize = 8;

constexpr std::string_view kCertificateLabels[] = {
    "filename",
    "filepath",
    "discriminator",
    "serial_number",
    "subject_C",
    "subject_ST",
    "subject_L",
    "subject_O",
    "subject_OU",
    "subject_CN",
    "issuer_C",
    "issuer_ST",
    "issuer_L",
    "issuer_O",
    "issuer_OU",
    "issuer_CN",
};
constexpr std::string_view kSourceLabels[] = {"source_kind", "source_name"};
constexpr std::string_view kKindLabels[] = {"source_kind"};
constexpr std::string_view kFileLabels[] = {"filepath"};
constexpr std::string_view kKeyLabels[] = {"filepath", "key_file"};
constexpr std::string_view kFileKind = "file";

constexpr MetricDescriptor kNotAfter = PeerRow(kX509Peer,
                                               Row("x509_cert_not_after",
                                                   kCertificateLabels,
                                                   "notAfter of the certificate",
                                                   "When the certificate expires, as Unix time."));
constexpr MetricDescriptor kNotBefore =
    PeerRow(kX509Peer,
            Row("x509_cert_not_before",
                kCertificateLabels,
                "notBefore of the certificate",
                "When the certificate begins to be valid, as Unix time."));
constexpr MetricDescriptor kExpired = PeerRow(kX509Peer,
                                              Row("x509_cert_expired",
                                                  kCertificateLabels,
                                                  "notAfter of the certificate",
                                                  "1 if the certificate has expired."));
constexpr MetricDescriptor kExpiresIn =
    PeerRow(kX509Peer,
            Row("x509_cert_expires_in_seconds",
                kCertificateLabels,
                "notAfter of the certificate",
                "Seconds until the certificate expires, negative once it has."));
constexpr MetricDescriptor kValidSince =
    PeerRow(kX509Peer,
            Row("x509_cert_valid_since_seconds",
                kCertificateLabels,
                "notBefore of the certificate",
                "Seconds since the certificate became valid, negative until then."));
constexpr MetricDescriptor kCertError =
    PeerRow(kX509Peer,
            Row("x509_cert_error",
                kCertificateLabels,
                "the run",
                "1 if the file, or a part of it, could not be read; 0 for each certificate."));
constexpr MetricDescriptor kSourceUp = PeerRow(
    kX509Peer,
    Row("x509_source_up", kSourceLabels, "the run", "1 if at least one file could be read."));
constexpr MetricDescriptor kSourceBundles =
    PeerRow(kX509Peer,
            Row("x509_source_bundles", kSourceLabels, "the run", "Files that hold certificates."));
constexpr MetricDescriptor kCollisions = PeerRow(
    kX509Peer,
    CounterRow(Row("x509_cert_collision_total",
                   kKindLabels,
                   "the run",
                   "Certificates told from another of the same labels by a discriminator.")));
constexpr MetricDescriptor kDropped =
    PeerRow(kX509Peer,
            CounterRow(Row("x509_cert_collision_dropped_total",
                           kKindLabels,
                           "the run",
                           "Certificates left out because their file holds them twice.")));
constexpr MetricDescriptor kChainValid =
    Row("certificate_chain_valid",
        kFileLabels,
        "the file and the authorities that are believed",
        "1 if the file's first certificate is valid now and leads to a believed authority by the "
        "others in the file.");
constexpr MetricDescriptor kKeyMatches =
    Row("certificate_key_matches",
        kKeyLabels,
        "the public halves of both",
        "1 if the private key belongs to the file's first certificate.");

constexpr MetricDescriptor kMetrics[] = {kNotAfter,
                                         kNotBefore,
                                         kExpired,
                                         kExpiresIn,
                                         kValidSince,
                                         kCertError,
                                         kSourceUp,
                                         kSourceBundles,
                                         kCollisions,
                                         kDropped,
                                         kChainValid,
                                         kKeyMatches};
static_assert(DescriptorsAreSound(kMetrics));

using LabelValues = std::array<std::string_view, std::size(kCertificateLabels)>;

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0.
}

LabelValues LabelsOf(const std::string& path, const net::Certificate& certificate) {
  const net::CertificateName& subject = certificate.subject;
  const net::CertificateName& issuer = certificate.issuer;
  return {BaseName(path),
          path,
          "",
          certificate.serial_decimal,
          subject.country,
          subject.province,
          subject.locality,
          subject.organization,
          subject.unit,
          subject.common_name,
          issuer.country,
          issuer.province,
          issuer.locality,
          issuer.organization,
          issuer.unit,
          issuer.common_name};
}

double Seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

void WriteOne(const net::Certificate& certificate,
              const LabelValues& labels,
              const FileContext& context,
              scrape::SampleSink& sink) {
  sink.Add(kNotAfter, labels, ToUnixSeconds(certificate.not_after));
  sink.Add(kNotBefore, labels, ToUnixSeconds(certificate.not_before));
  sink.Add(kExpired, labels, context.now > certificate.not_after ? 1 : 0);
  sink.Add(kCertError, labels, 0);
  if (context.options.expose_relative) {
    sink.Add(kExpiresIn, labels, Seconds(certificate.not_after - context.now));
    sink.Add(kValidSince, labels, Seconds(context.now - certificate.not_before));
  }
}

/// An authority's own certificate without a name of a server is not what a server shows.
bool IsForServers(const net::Certificate& certificate) {
  return !certificate.is_authority || !certificate.dns_names.empty() ||
         !certificate.ip_addresses.empty();
}

void WriteChain(const ReadFile& file,
                const FileContext& context,
                Findings& findings,
                scrape::SampleSink& sink) {
  const std::vector<net::Certificate>& certificates = file.content.certificates;
  if (certificates.empty() || context.trust == nullptr || !IsForServers(certificates.front())) {
    return;
  }
  std::vector<std::string> chain;
  chain.reserve(certificates.size());
  for (const net::Certificate& certificate : certificates) {
    chain.push_back(certificate.der);
  }
  const net::ChainVerdict verdict = context.trust->Verify(chain, net::ChainUse::kAny, context.now);
  // A self-signed certificate on disk is there on purpose and has no chain to be judged.
  if (verdict.problem != net::kSelfSigned) {
    sink.Add(kChainValid, {std::string_view(file.path)}, verdict.valid() ? 1 : 0);
  }
  if (!verdict.valid()) {
    findings.Add(SourceKind::kFile, file.path, {verdict.problem, verdict.text});
  }
}

/// The key that lies beside the certificates in one file.
void WriteOwnKey(const ReadFile& file, Findings& findings, scrape::SampleSink& sink) {
  if (file.content.key == nullptr || file.content.certificates.empty()) {
    return;
  }
  const bool matches = KeyBelongsTo(*file.content.key, file.content.certificates.front());
  sink.Add(kKeyMatches, {file.path, file.path}, matches ? 1 : 0);
  if (!matches) {
    findings.Add(SourceKind::kFile,
                 file.path,
                 {"key_mismatch", "the private key in the file belongs to another certificate"});
  }
}

bool HoldsCertificate(const ReadFile& file) {
  return !file.content.certificates.empty();
}

/// Null if it cannot be read, which then is among the findings.
KeyHandle ReadKey(const std::string& path, Findings& findings) {
  PemFile content = ReadPemFile(path);
  for (const Problem& problem : content.problems) {
    findings.AddError(SourceKind::kFile, path, problem);
  }
  if (content.key == nullptr && content.problems.empty()) {
    findings.AddError(SourceKind::kFile, path, {"no_key_found", "the file holds no private key"});
  }
  return std::move(content.key);
}

PemFile ReadOne(const std::string& path, Findings& findings) {
  PemFile content = ReadPemFile(path);
  if (content.certificates.empty() && content.problems.empty()) {
    content.problems.push_back({"no_certificate_found", "the file holds no certificate"});
  }
  for (const Problem& problem : content.problems) {
    findings.AddError(SourceKind::kFile, path, problem);
  }
  return content;
}

}  // namespace

std::span<const MetricDescriptor> FileMetrics() {
  return kMetrics;
}

std::vector<ReadFile> ReadFiles(const std::vector<std::string>& patterns, Findings& findings) {
  std::vector<ReadFile> files;
  std::set<std::string> seen;
  for (const std::string& pattern : patterns) {
    for (const std::string& path : ExpandPattern(pattern)) {
      if (!seen.insert(path).second) {
        continue;
      }
      if (files.size() == kMostFiles) {
        findings.AddError(SourceKind::kFile,
                          pattern,
                          {"too_many", fmt::format("more than {} files", kMostFiles)});
        return files;
      }
      files.push_back({path, ReadOne(path, findings)});
    }
  }
  return files;
}

void FileReport::WriteCertificates(const ReadFile& file,
                                   const FileContext& context,
                                   scrape::SampleSink& sink) {
  std::set<LabelValues> taken;
  std::set<std::string_view> fingerprints;
  for (const net::Certificate& certificate : file.content.certificates) {
    LabelValues labels = LabelsOf(file.path, certificate);
    const bool twice = !fingerprints.insert(certificate.fingerprint).second;
    const bool collides = !taken.insert(labels).second;
    if ((twice || collides) && collided_.size() < kMostFiles &&
        collided_.insert(file.path + certificate.fingerprint).second) {
      (twice ? dropped_ : collisions_) += 1;
    }
    if (collides) {
      labels[2] = std::string_view(certificate.fingerprint).substr(0, kDiscriminatorSize);
    }
    if (!twice) {
      WriteOne(certificate, labels, context, sink);
    }
  }
  if (!file.content.problems.empty()) {
    LabelValues labels{};
    labels[0] = BaseName(file.path);
    labels[1] = file.path;
    sink.Add(kCertError, labels, 1);
  }
}

void FileReport::Write(const std::vector<ReadFile>& files,
                       const FileContext& context,
                       Findings& findings,
                       scrape::SampleSink& sink) {
  double bundles = 0;
  for (const ReadFile& file : files) {
    bundles += file.content.certificates.empty() ? 0 : 1;
    WriteCertificates(file, context, sink);
    WriteChain(file, context, findings, sink);
  }
  const std::string_view name = context.options.name;
  sink.Add(kSourceUp, {kFileKind, name}, bundles > 0 ? 1 : 0);
  sink.Add(kSourceBundles, {kFileKind, name}, bundles);
  sink.Add(kCollisions, {kFileKind}, collisions_);
  sink.Add(kDropped, {kFileKind}, dropped_);
}

void WriteKeys(const std::vector<ReadFile>& files,
               const Options& options,
               Findings& findings,
               scrape::SampleSink& sink) {
  for (const ReadFile& file : files) {
    WriteOwnKey(file, findings, sink);
  }
  if (options.key.empty()) {
    return;
  }
  const KeyHandle key = ReadKey(options.key, findings);
  const auto first = std::find_if(files.begin(), files.end(), &HoldsCertificate);
  if (key == nullptr || first == files.end()) {
    return;
  }
  const auto owner = std::find_if(files.begin(), files.end(), [&key](const ReadFile& file) {
    return HoldsCertificate(file) && KeyBelongsTo(*key, file.content.certificates.front());
  });
  const bool matches = owner != files.end();
  const std::string& path = matches ? owner->path : first->path;
  if (path != options.key) {
    sink.Add(kKeyMatches, {path, options.key}, matches ? 1 : 0);
  }
  if (!matches) {
    findings.Add(SourceKind::kFile,
                 options.key,
                 {"key_mismatch", "the private key belongs to none of the certificates"});
  }
}

}  // namespace sidewatch::certificates
