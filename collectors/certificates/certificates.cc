#include "collectors/certificates/certificates.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "collectors/certificates/endpoint_report.h"
#include "collectors/certificates/file_report.h"
#include "collectors/certificates/findings.h"
#include "collectors/certificates/handshake.h"
#include "collectors/certificates/options.h"
#include "collectors/certificates/rows.h"

namespace sidewatch::certificates {

namespace {

/// How long the authorities are believed to be the same.
constexpr Duration kTrustAge = std::chrono::minutes(10);

/// What is left of the time for the work after the handshakes.
constexpr int kReserveShare = 20;

class CertificatesCollector final : public scrape::Collector {
 public:
  CertificatesCollector(Options options, const scrape::CollectorDeps& deps)
      : options_(std::move(options)), clock_(deps.clock), findings_(options_.name, deps.log) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    findings_.Begin();
    RefreshTrust();
    const std::vector<ReadFile> files = ReadFiles(FilePatterns(), findings_);
    const SteadyTime now = clock_.Steady();
    const scrape::RunContext earlier{run.stop, run.deadline - (run.deadline - now) / kReserveShare};
    const std::vector<Handshake> handshakes = ShakeHands(options_.endpoints, earlier, clock_);
    if (run.stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    const FileContext context{options_, trust_ ? &*trust_ : nullptr, clock_.Now()};
    if (!files.empty()) {
      file_report_.Write(files, context, findings_, sink);
      WriteKeys(files, options_, findings_, sink);
    }
    WriteEndpoints(handshakes, files, context, findings_, sink);
    findings_.End(sink);
    return Verdict(files, handshakes);
  }

  std::string Instance() const override;

 private:
  std::vector<std::string> FilePatterns() const;
  void RefreshTrust();
  Status Verdict(const std::vector<ReadFile>& files,
                 const std::vector<Handshake>& handshakes) const;

  Options options_;
  const Clock& clock_;
  Findings findings_;
  FileReport file_report_;
  std::optional<net::Trust> trust_;
  SteadyTime trust_until_;
};

/// Those of the target, and those that its endpoints name.
std::vector<std::string> CertificatesCollector::FilePatterns() const {
  std::vector<std::string> patterns = options_.files;
  for (const Endpoint& endpoint : options_.endpoints) {
    if (!endpoint.file.empty()) {
      patterns.push_back(endpoint.file);
    }
  }
  return patterns;
}

void CertificatesCollector::RefreshTrust() {
  if (trust_ && clock_.Steady() < trust_until_) {
    return;
  }
  Result<net::Trust> loaded = net::Trust::Load(options_.ca_file);
  if (!loaded) {
    findings_.AddError(
        SourceKind::kFile, options_.ca_file, {"bad_ca_file", loaded.error().message});
    return;  // The old ones, if there are any, stay.
  }
  trust_ = std::move(*loaded);
  trust_until_ = clock_.Steady() + kTrustAge;
}

/// The target is down if nothing at all could be read.
Status CertificatesCollector::Verdict(const std::vector<ReadFile>& files,
                                      const std::vector<Handshake>& handshakes) const {
  const bool any_file = std::any_of(files.begin(), files.end(), [](const ReadFile& file) {
    return !file.content.certificates.empty();
  });
  const bool any_endpoint = std::any_of(handshakes.begin(),
                                        handshakes.end(),
                                        [](const Handshake& shaken) { return !shaken.problem; });
  if (any_file || any_endpoint) {
    return {};
  }
  return Fail(ErrorCode::kUnavailable, "no certificate could be read: {}", findings_.first_error());
}

std::string CertificatesCollector::Instance() const {
  if (options_.files.empty() && options_.endpoints.size() == 1) {
    return options_.endpoints.front().target().ToString();
  }
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "localhost";
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& deps) {
  const std::size_t errors_before = target.diagnostics().errors().size();
  Options options = ReadOptions(target);
  if (target.diagnostics().errors().size() != errors_before) {
    return nullptr;
  }
  return std::make_unique<CertificatesCollector>(std::move(options), deps);
}

std::span<const MetricDescriptor> AllMetrics() {
  static const std::vector<MetricDescriptor> kAll = [] {
    std::vector<MetricDescriptor> all;
    for (const auto& table : {FileMetrics(), EndpointMetrics(), FindingMetrics()}) {
      all.insert(all.end(), table.begin(), table.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace

const scrape::CollectorSpec kCertificatesSpec = {
    .kind = "certificates",
    .default_job = "certificates",
    .summary = "Certificates in files and on servers: expiry, chain, name, key, forgotten reloads.",
    .metrics = AllMetrics(),
    .create = &Create,
};

}  // namespace sidewatch::certificates
