#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "exporter/base/result.h"
#include "exporter/exposition/parser.h"
#include "exporter/tsdb/bulk_writer.h"

namespace sidewatch::app {

/// Hands the samples of OpenMetrics files to a writer. The file must end with `# EOF` and every
/// sample have a timestamp, as `promtool tsdb create-blocks-from openmetrics` asks.
class OpenMetricsReader {
 public:
  /// Told now and then up to which byte the text has been read.
  using Progress = std::function<void(std::size_t bytes)>;

  /// `writer` outlives the reader.
  explicit OpenMetricsReader(tsdb::BulkWriter& writer) : writer_(writer) {}

  /// `name` stands for the file in errors. Errors: kProtocol, kInvalidArgument, `NAME:LINE: why`,
  /// and those of the writer.
  Status Read(std::string_view text, std::string_view name, const Progress& progress);

 private:
  struct TextHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name.

    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  Status ReadAll(exposition::PageParser& parser, const Progress& progress);
  Status TakeEntry(exposition::PageParser& parser);
  Status AddSample(exposition::PageParser& parser);
  Result<std::uint32_t> FindSeries(exposition::PageParser& parser);

  tsdb::BulkWriter& writer_;
  // By the text of a series on the page, so that labels are made once a series and not once a
  // sample.
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> known_;
  std::string last_text_;
  std::uint32_t last_ = 0;
};

}  // namespace sidewatch::app
