#include "collectors/redis/info_fields.h"

#include <optional>

#include "exporter/base/number.h"

namespace sidewatch::redis {

namespace {

std::optional<double> Value(std::string_view text, Convert convert) {
  constexpr double kMicrosecondsPerSecond = 1e6;
  if (convert == Convert::kStatus) {
    return text == "ok" ? 1 : 0;
  }
  const std::optional<double> number = ParseNumber(text);
  if (number && convert == Convert::kMicroseconds) {
    return *number / kMicrosecondsPerSecond;
  }
  return number;
}

}  // namespace

void ReadFields(const ReadContext& context, scrape::SampleSink& sink) {
  for (const std::span<const InfoMetric> section : AllFields()) {
    for (const InfoMetric& row : section) {
      const auto text = context.info.Find(row.metric.source.substr(kInfoSource.size()));
      const std::optional<double> value = text ? Value(*text, row.convert) : std::nullopt;
      if (value) {
        sink.Add(row.metric, *value);
      }
    }
  }
}

}  // namespace sidewatch::redis
