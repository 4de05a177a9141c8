#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "collectors/certificates/pem_file.h"
#include "exporter/base/log.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::certificates {

enum class SourceKind { kFile, kEndpoint };

/// What is wrong with the sources of a target, over the runs: series of the present run, counters
/// since the target was configured, and a log line when a problem comes and when it is over.
class Findings {
 public:
  Findings(std::string source_name, Logger log)
      : source_name_(std::move(source_name)), log_(std::move(log)) {}

  /// Forgets the problems of the last run.
  void Begin();

  /// A source that could not be read: counted, and a problem.
  void AddError(SourceKind kind, const std::string& source, const Problem& problem);

  /// Something that is wrong with a certificate that was read.
  void Add(SourceKind kind, const std::string& source, const Problem& problem);

  /// Writes the series and tells the log what has changed.
  void End(scrape::SampleSink& sink);

  /// The first source of this run that could not be read, with its reason; empty if there is none.
  const std::string& first_error() const { return first_error_; }

 private:
  struct Key {
    SourceKind kind;
    std::string source;
    std::string reason;

    auto operator<=>(const Key&) const = default;
  };

  void Tell();

  std::string source_name_;
  Logger log_;
  std::map<Key, std::string> now_;
  std::map<Key, std::string> told_;
  std::map<std::pair<SourceKind, std::string>, double> errors_;  ///< By reason.
  std::string first_error_;
  double read_errors_ = 0;
};

}  // namespace sidewatch::certificates
