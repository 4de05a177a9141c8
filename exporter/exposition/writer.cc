// A page in two steps: FamilyPlan merges and sorts the families without touching a sample, then
// each family is written into one buffer that goes to the sink whenever it is full.
#include "exporter/exposition/writer.h"

#include <map>
#include <vector>

#include "exporter/exposition/family_plan.h"
#include "exporter/exposition/sample_writer.h"

namespace sidewatch::exposition {
namespace {

constexpr std::size_t kPieceBytes = 64UL << 10U;

class PageWriter {
 public:
  PageWriter(const PageFormat& format, const PieceSink& sink)
      : format_(format), sink_(sink), lines_(format, buffer_) {
    buffer_.reserve(kPieceBytes + kPieceBytes / 8);
  }

  bool Write(const FamilyPlan& plan) {
    for (const MergedFamily& family : plan.merged()) {
      const bool open = format_.syntax == Syntax::kOpenMetrics ? WriteOpenMetrics(family, plan)
                                                               : WriteText(family);
      if (!open) {
        return false;
      }
    }
    if (format_.syntax == Syntax::kOpenMetrics) {
      buffer_ += "# EOF\n";
    }
    return buffer_.empty() || sink_(buffer_);
  }

 private:
  bool Flush() {
    if (buffer_.size() < kPieceBytes) {
      return true;
    }
    const bool open = sink_(buffer_);
    buffer_.clear();
    return open;
  }

  bool WriteSamples(const MergedFamily& family, MetricType type) {
    for (const MetricFamily* part : family.parts) {
      for (const MetricSample& sample : part->samples) {
        lines_.WriteSample(type, sample);
        if (!Flush()) {
          return false;
        }
      }
    }
    return true;
  }

  void WriteHead(std::string_view name, std::string_view type, std::string_view help) {
    if (!help.empty()) {
      lines_.WriteHelp(name, help);
    }
    lines_.WriteMeta("TYPE", name, type);
  }

  bool WriteText(const MergedFamily& family) {
    WriteHead(family.name, TextTypeName(family.type), family.help);
    return WriteSamples(family, family.type);
  }

  bool WriteOpenMetrics(const MergedFamily& family, const FamilyPlan& plan) {
    const OpenMetricsName name = FindOpenMetricsName(family, plan);
    if (!name.fits) {
      return WriteAsUnknown(family);
    }
    WriteHead(name.base, MetricTypeName(family.type), family.help);
    if (UnitIsSuffix(name.base, family.unit)) {
      lines_.WriteMeta("UNIT", name.base, family.unit);
    }
    return WriteSamples(family, family.type);
  }

  static bool UnitIsSuffix(std::string_view name, std::string_view unit) {
    return !unit.empty() && name.size() > unit.size() && name.ends_with(unit) &&
           name[name.size() - unit.size() - 1] == '_';
  }

  /// A family of its own for each sample name: `unknown` is the one type whose samples are named
  /// like the family, whatever the name.
  bool WriteAsUnknown(const MergedFamily& family) {
    std::map<std::string_view, std::vector<const MetricSample*>> by_name;
    for (const MetricFamily* part : family.parts) {
      for (const MetricSample& sample : part->samples) {
        by_name[sample.labels.Get(kMetricName)].push_back(&sample);
      }
    }
    std::string scratch;
    for (const auto& [name, samples] : by_name) {
      WriteHead(EscapeName(name, format_.escaping, scratch),
                MetricTypeName(MetricType::kUnknown),
                family.help);
      for (const MetricSample* sample : samples) {
        lines_.WriteSample(MetricType::kUnknown, *sample);
        if (!Flush()) {
          return false;
        }
      }
    }
    return true;
  }

  PageFormat format_;
  const PieceSink& sink_;
  std::string buffer_;
  SampleWriter lines_;
};

}  // namespace

bool WritePage(std::span<const MetricFamily* const> families,
               const PageFormat& format,
               const PieceSink& sink) {
  const FamilyPlan plan(families, format);
  return PageWriter(format, sink).Write(plan);
}

std::string FormatPage(std::span<const MetricFamily* const> families, const PageFormat& format) {
  std::string page;
  WritePage(families, format, [&](std::string_view piece) {
    page += piece;
    return true;
  });
  return page;
}

}  // namespace sidewatch::exposition
