#pragma once

#include <set>
#include <string>
#include <vector>

#include "collectors/certificates/findings.h"
#include "collectors/certificates/options.h"
#include "collectors/certificates/pem_file.h"
#include "exporter/base/clock.h"
#include "exporter/net/trust.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::certificates {

/// A file and what was in it.
struct ReadFile {
  std::string path;
  PemFile content;
};

/// Reads the files of all patterns, each once, at most 1000; what is wrong with them goes to
/// `findings`.
std::vector<ReadFile> ReadFiles(const std::vector<std::string>& patterns, Findings& findings);

/// What a report needs besides the files. `trust` may be null: then no chain is judged.
struct FileContext {
  const Options& options;
  const net::Trust* trust;
  TimePoint now;
};

/// Writes the x509_* series of the files.
class FileReport {
 public:
  void Write(const std::vector<ReadFile>& files,
             const FileContext& context,
             Findings& findings,
             scrape::SampleSink& sink);

 private:
  void WriteCertificates(const ReadFile& file,
                         const FileContext& context,
                         scrape::SampleSink& sink);

  double collisions_ = 0;  ///< Counters: since the target was configured.
  double dropped_ = 0;
  std::set<std::string> collided_;  ///< Fingerprint and path of those that were counted.
};

/// Writes certificate_key_matches: for keys beside their certificates and for the target's key.
void WriteKeys(const std::vector<ReadFile>& files,
               const Options& options,
               Findings& findings,
               scrape::SampleSink& sink);

}  // namespace sidewatch::certificates
