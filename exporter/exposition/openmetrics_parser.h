#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/exposition/line_parser.h"
#include "exporter/exposition/openmetrics_lexer.h"
#include "exporter/exposition/start_times.h"

namespace sidewatch::exposition {

/// Reads OpenMetrics 1.0 as Prometheus does: the syntax of each line, not the rules of families.
class OpenMetricsParser final : public LineParser {
 public:
  /// `page` must outlive the parser and its entries.
  explicit OpenMetricsParser(std::string_view page,
                             CreatedSamples created = CreatedSamples::kStartTimes);

  Step Next(RawEntry& entry) override;

  const std::optional<Error>& error() const override { return lexer_.error(); }

  std::size_t entry_begin() const override { return lexer_.entry_begin(); }

  bool quotes_in_help() const override { return true; }

  std::size_t pos() const { return lexer_.pos(); }

 private:
  Step ReadEntry(RawEntry& entry);
  bool ReadMeta(Token keyword, RawEntry& entry);
  bool ReadMetaText(Token keyword, RawEntry& entry);
  bool ReadSample(Token first, RawEntry& entry);
  bool ReadEndOfSample(RawEntry& entry);
  bool ReadExemplar(RawEntry& entry);
  bool ReadEndOfExemplar(RawExemplar& exemplar);
  /// The number of a token that begins with a blank.
  bool ReadNumber(std::string_view word, double& value);
  bool ReadSeconds(std::string_view what, std::optional<TimePoint>& at);

  OpenMetricsLexer lexer_;
  CreatedSamples created_;
  StartTimes start_times_;
};

}  // namespace sidewatch::exposition
