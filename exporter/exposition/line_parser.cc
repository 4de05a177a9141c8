#include "exporter/exposition/line_parser.h"

#include <algorithm>
#include <span>

namespace sidewatch::exposition {
namespace {

struct TypeWord {
  std::string_view word;
  MetricType type;
};

constexpr TypeWord kTextTypes[] = {{"counter", MetricType::kCounter},
                                   {"gauge", MetricType::kGauge},
                                   {"histogram", MetricType::kHistogram},
                                   {"summary", MetricType::kSummary},
                                   {"untyped", MetricType::kUnknown},
                                   {"unknown", MetricType::kUnknown}};

constexpr TypeWord kOpenMetricsTypes[] = {{"counter", MetricType::kCounter},
                                          {"gauge", MetricType::kGauge},
                                          {"histogram", MetricType::kHistogram},
                                          {"gaugehistogram", MetricType::kGaugeHistogram},
                                          {"summary", MetricType::kSummary},
                                          {"info", MetricType::kInfo},
                                          {"stateset", MetricType::kStateset},
                                          {"unknown", MetricType::kUnknown}};

std::optional<MetricType> Find(std::span<const TypeWord> words, std::string_view name) {
  const auto found = std::ranges::find(words, name, &TypeWord::word);
  return found == words.end() ? std::nullopt : std::optional(found->type);
}

}  // namespace

std::optional<MetricType> FindTextType(std::string_view name) {
  return Find(kTextTypes, name);
}

std::optional<MetricType> FindOpenMetricsType(std::string_view name) {
  return Find(kOpenMetricsTypes, name);
}

}  // namespace sidewatch::exposition
