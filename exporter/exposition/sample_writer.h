#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exporter/exposition/format.h"
#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// Writes single lines of a page; what a line means is the caller's business.
class SampleWriter {
 public:
  /// `out` is what is appended to and must outlive the writer.
  SampleWriter(const PageFormat& format, std::string& out) : format_(format), out_(out) {}

  /// `# keyword name text`, with the name quoted if it has to be.
  void WriteMeta(std::string_view keyword, std::string_view name, std::string_view text);
  void WriteHelp(std::string_view name, std::string_view help);

  /// The line of a sample of a family of this type.
  void WriteSample(MetricType type, const MetricSample& sample);

 private:
  bool openmetrics() const { return format_.syntax == Syntax::kOpenMetrics; }

  void WriteName(std::string_view name);
  void WriteLabel(MetricType type, const Label& label);
  void WriteTimestamp(TimePoint at);

  PageFormat format_;
  std::string& out_;
  std::string scratch_;
};

/// The name as this format writes it: `name` itself if it is classic or may stay, else the same
/// with underscores, held in `scratch`.
std::string_view EscapeName(std::string_view name, NameEscaping escaping, std::string& scratch);

}  // namespace sidewatch::exposition
