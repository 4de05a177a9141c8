#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/exposition/entry.h"

namespace sidewatch::exposition {

enum class Step { kEntry, kEnd, kError };

/// What becomes of OpenMetrics' `_created` samples.
enum class CreatedSamples {
  kStartTimes,  ///< They are not entries but the `started` of those that they belong to.
  kEntries,
};

/// Reads a page of one syntax line by line. Behind PageParser, which is what others use.
class LineParser {
 public:
  LineParser() = default;
  LineParser(const LineParser&) = delete;
  LineParser& operator=(const LineParser&) = delete;
  LineParser(LineParser&&) = delete;
  LineParser& operator=(LineParser&&) = delete;
  virtual ~LineParser() = default;

  /// Reads the next entry into `entry`, whose buffers are used again.
  virtual Step Next(RawEntry& entry) = 0;

  /// After Step::kError: what is wrong.
  virtual const std::optional<Error>& error() const = 0;

  /// Where the entry that was read last begins on the page, in bytes.
  virtual std::size_t entry_begin() const = 0;

  /// Whether a backslash in a help text also escapes `"`.
  virtual bool quotes_in_help() const = 0;
};

/// The type that a TYPE line of either syntax names; nothing if it is none of that syntax.
std::optional<MetricType> FindTextType(std::string_view name);
std::optional<MetricType> FindOpenMetricsType(std::string_view name);

}  // namespace sidewatch::exposition
