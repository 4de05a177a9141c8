#include "exporter/promql/function_tables.h"

namespace sidewatch::promql {
namespace {

constexpr ValueType kVectorString[] = {ValueType::kInstantVector, ValueType::kString};
constexpr ValueType kVectorThreeStrings[] = {
    ValueType::kInstantVector, ValueType::kString, ValueType::kString, ValueType::kString};
constexpr ValueType kVectorFourStrings[] = {ValueType::kInstantVector,
                                            ValueType::kString,
                                            ValueType::kString,
                                            ValueType::kString,
                                            ValueType::kString};
constexpr ValueType kTwoVectors[] = {ValueType::kInstantVector, ValueType::kInstantVector};

constexpr Function kRows[] = {
    {.name = "info",
     .args = kTwoVectors,
     .variadic = 1,
     .experimental = true,
     .keeps_name = true,
     .takes_label_matchers = true,
     .summary = "Adds the labels of matching info metrics.",
     .example = "info(rate(http_requests_total[5m]), {version=~\".+\"})"},
    {.name = "label_join",
     .args = kVectorThreeStrings,
     .variadic = -1,
     .keeps_name = true,
     .summary = "Joins the values of labels into a label.",
     .example = "label_join(up, \"where\", \"/\", \"job\", \"instance\")"},
    {.name = "label_replace",
     .args = kVectorFourStrings,
     .keeps_name = true,
     .summary = "Sets a label from a regular expression over another.",
     .example = "label_replace(up, \"host\", \"$1\", \"instance\", \"(.*):.*\")"},
    {.name = "sort_by_label",
     .args = kVectorString,
     .variadic = -1,
     .experimental = true,
     .keeps_name = true,
     .summary = "Instant result in ascending natural order of labels.",
     .example = "sort_by_label(up, \"instance\")"},
    {.name = "sort_by_label_desc",
     .args = kVectorString,
     .variadic = -1,
     .experimental = true,
     .keeps_name = true,
     .summary = "Instant result in descending natural order of labels.",
     .example = "sort_by_label_desc(up, \"instance\")"},
};

}  // namespace

std::span<const Function> LabelFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
