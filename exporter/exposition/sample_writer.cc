#include "exporter/exposition/sample_writer.h"

#include <cmath>

#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/exposition/canonical_float.h"
#include "exporter/exposition/scan.h"

namespace sidewatch::exposition {
namespace {

enum class Quotes { kEscape, kKeep };

/// Appends `text` with a backslash before each backslash and quote, and `\n` for a line feed.
void AppendEscaped(std::string& out, std::string_view text, Quotes quotes) {
  const char* from = text.data();
  const char* const end = from + text.size();
  bool non_ascii = false;
  while (true) {
    const char* const stop = scan::SkipQuoted<scan::QuotedStops::kLineFeed>(from, end, non_ascii);
    out.append(from, stop);
    if (stop == end) {
      return;
    }
    if (*stop != '"' || quotes == Quotes::kEscape) {
      out += '\\';
    }
    out += *stop == '\n' ? 'n' : *stop;
    from = stop + 1;
  }
}

// Whole numbers are most of all values, and three times as fast this way.
void AppendValue(std::string& out, double value) {
  constexpr double kExact = 1e15;
  const auto whole = std::fabs(value) < kExact ? static_cast<std::int64_t>(value) : 0;
  const bool is_whole = static_cast<double>(whole) == value && (whole != 0 || !std::signbit(value));
  if (is_whole) {
    const fmt::format_int text(whole);
    out.append(text.data(), text.size());
  } else {
    AppendNumber(out, value);
  }
}

bool IsContinuation(char c) {
  constexpr unsigned kTopTwo = 0xc0;
  constexpr unsigned kContinuation = 0x80;
  return (static_cast<unsigned char>(c) & kTopTwo) == kContinuation;
}

bool MayStandInName(char c, bool first) {
  const std::string_view name(&c, 1);
  return scan::IsName<scan::Names::kMetric>(name) || (!first && c >= '0' && c <= '9');
}

}  // namespace

std::string_view EscapeName(std::string_view name, NameEscaping escaping, std::string& scratch) {
  if (escaping == NameEscaping::kAllowUtf8 || scan::IsName<scan::Names::kMetric>(name)) {
    return name;
  }
  scratch.clear();
  for (const char c : name) {
    if (!IsContinuation(c)) {
      scratch += MayStandInName(c, scratch.empty()) ? c : '_';
    }
  }
  return scratch;
}

void SampleWriter::WriteName(std::string_view name) {
  if (scan::IsName<scan::Names::kMetric>(name)) {
    out_ += name;
    return;
  }
  out_ += '"';
  AppendEscaped(out_, name, Quotes::kEscape);
  out_ += '"';
}

void SampleWriter::WriteMeta(std::string_view keyword,
                             std::string_view name,
                             std::string_view text) {
  out_ += "# ";
  out_ += keyword;
  out_ += ' ';
  WriteName(name);
  out_ += ' ';
  out_ += text;
  out_ += '\n';
}

void SampleWriter::WriteHelp(std::string_view name, std::string_view help) {
  scratch_.clear();
  AppendEscaped(scratch_, help, openmetrics() ? Quotes::kEscape : Quotes::kKeep);
  WriteMeta("HELP", name, scratch_);
}

void SampleWriter::WriteLabel(MetricType type, const Label& label) {
  if (scan::IsName<scan::Names::kLabel>(label.name)) {
    out_ += label.name;
  } else if (format_.escaping == NameEscaping::kAllowUtf8) {
    out_ += '"';
    AppendEscaped(out_, label.name, Quotes::kEscape);
    out_ += '"';
  } else {
    // A colon may stand in a metric name but not in a label's.
    for (const char c : EscapeName(label.name, format_.escaping, scratch_)) {
      out_ += c == ':' ? '_' : c;
    }
  }
  out_ += "=\"";
  if (openmetrics() && IsNumberLabel(type, label.name) && !IsSurelyCanonical(label.value)) {
    scratch_.clear();
    AppendCanonicalFloat(scratch_, label.value);
    AppendEscaped(out_, scratch_, Quotes::kEscape);  // It may be no number at all.
  } else {
    AppendEscaped(out_, label.value, Quotes::kEscape);
  }
  out_ += '"';
}

// OpenMetrics counts in seconds, the text format in milliseconds.
void SampleWriter::WriteTimestamp(TimePoint at) {
  out_ += ' ';
  const std::int64_t millis = ToUnixMillis(at);
  if (openmetrics()) {
    constexpr std::uint64_t kPerSecond = 1000;
    const std::uint64_t magnitude =
        millis < 0 ? -static_cast<std::uint64_t>(millis) : static_cast<std::uint64_t>(millis);
    fmt::format_to(std::back_inserter(out_),
                   "{}{}.{:03}",
                   millis < 0 ? "-" : "",
                   magnitude / kPerSecond,
                   magnitude % kPerSecond);
  } else {
    fmt::format_to(std::back_inserter(out_), "{}", millis);
  }
}

void SampleWriter::WriteSample(MetricType type, const MetricSample& sample) {
  const std::string_view own_name = sample.labels.Get(kMetricName);
  const std::string_view name = EscapeName(own_name, format_.escaping, scratch_);
  const bool bare = scan::IsName<scan::Names::kMetric>(name);
  char separator = '{';
  if (bare) {
    out_ += name;
  } else {
    out_ += '{';
    WriteName(name);
    separator = ',';
  }
  for (const Label label : sample.labels) {
    if (label.name == kMetricName) {
      continue;
    }
    out_ += separator;
    separator = ',';
    WriteLabel(type, label);
  }
  if (separator == ',') {
    out_ += '}';
  }
  out_ += ' ';
  AppendValue(out_, sample.value);
  if (sample.at.has_value()) {
    WriteTimestamp(*sample.at);
  }
  out_ += '\n';
}

}  // namespace sidewatch::exposition
