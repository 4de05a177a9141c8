#include "collectors/certificates/findings.h"

#include <fmt/format.h>

#include "collectors/certificates/rows.h"

namespace sidewatch::certificates {

namespace {

constexpr std::string_view kProblemLabels[] = {"file", "endpoint", "reason"};
constexpr std::string_view kErrorLabels[] = {"source_kind", "source_name", "reason"};

constexpr MetricDescriptor kMetrics[] = {
    Row("certificate_problem",
        kProblemLabels,
        "the run",
        "1 while something is wrong with the file or the endpoint, by reason."),
    PeerRow(kX509Peer,
            CounterRow(Row("x509_source_errors_total",
                           kErrorLabels,
                           "the run",
                           "Files and endpoints that could not be read, by reason."))),
    PeerRow(kX509Peer,
            Row("x509_read_errors", {}, "the run", "Files that the last run could not read.")),
};
static_assert(DescriptorsAreSound(kMetrics));

constexpr std::string_view KindName(SourceKind kind) {
  return kind == SourceKind::kFile ? "file" : "endpoint";
}

}  // namespace

std::span<const MetricDescriptor> FindingMetrics() {
  return kMetrics;
}

void Findings::Begin() {
  now_.clear();
  first_error_.clear();
  read_errors_ = 0;
}

void Findings::AddError(SourceKind kind, const std::string& source, const Problem& problem) {
  ++errors_[{kind, std::string(problem.reason)}];
  read_errors_ += kind == SourceKind::kFile ? 1 : 0;
  if (first_error_.empty()) {
    first_error_ = fmt::format("{}: {}", source, problem.text);
  }
  Add(kind, source, problem);
}

void Findings::Add(SourceKind kind, const std::string& source, const Problem& problem) {
  now_.try_emplace({kind, source, std::string(problem.reason)}, problem.text);
}

void Findings::Tell() {
  for (const auto& [key, text] : now_) {
    if (told_.count(key) == 0) {
      log_.Warn("certificate problem",
                {{"target", source_name_},
                 {KindName(key.kind), key.source},
                 {"reason", key.reason},
                 {"error", text}});
    }
  }
  for (const auto& [key, text] : told_) {
    if (now_.count(key) == 0) {
      log_.Info(
          "certificate problem is over",
          {{"target", source_name_}, {KindName(key.kind), key.source}, {"reason", key.reason}});
    }
  }
  told_ = now_;
}

void Findings::End(scrape::SampleSink& sink) {
  for (const auto& [key, text] : now_) {
    const bool is_file = key.kind == SourceKind::kFile;
    const std::string_view source = key.source;
    sink.Add(kMetrics[0],
             {is_file ? source : std::string_view(),
              is_file ? std::string_view() : source,
              std::string_view(key.reason)},
             1);
  }
  for (const auto& [key, count] : errors_) {
    sink.Add(kMetrics[1], {KindName(key.first), source_name_, key.second}, count);
  }
  sink.Add(kMetrics[2], read_errors_);
  Tell();
}

}  // namespace sidewatch::certificates
