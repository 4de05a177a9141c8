#include "exporter/promql/function_tables.h"

namespace sidewatch::promql {
namespace {

constexpr ValueType kRange[] = {ValueType::kRangeVector};
constexpr ValueType kScalar[] = {ValueType::kScalar};
constexpr ValueType kTwoScalars[] = {ValueType::kScalar, ValueType::kScalar};
constexpr ValueType kVector[] = {ValueType::kInstantVector};

constexpr Function kRows[] = {
    {.name = "absent",
     .args = kVector,
     .summary = "1 if the vector is empty, else nothing.",
     .example = "absent(up{job=\"app\"})"},
    {.name = "absent_over_time",
     .args = kRange,
     .summary = "1 if the range vector is empty, else nothing.",
     .example = "absent_over_time(up{job=\"app\"}[10m])"},
    {.name = "max_of",
     .args = kTwoScalars,
     .returns = ValueType::kScalar,
     .experimental = true,
     .summary = "The larger of two scalars.",
     .example = "max_of(1, 2)"},
    {.name = "min_of",
     .args = kTwoScalars,
     .returns = ValueType::kScalar,
     .experimental = true,
     .summary = "The smaller of two scalars.",
     .example = "min_of(1, 2)"},
    {.name = "pi",
     .returns = ValueType::kScalar,
     .summary = "The circle number.",
     .example = "pi()"},
    {.name = "scalar",
     .args = kVector,
     .returns = ValueType::kScalar,
     .summary = "The value of a vector of exactly one series, else NaN.",
     .example = "scalar(count(up))"},
    {.name = "sort",
     .args = kVector,
     .keeps_name = true,
     .summary = "Instant result in ascending order of values.",
     .example = "sort(queue_length)"},
    {.name = "sort_desc",
     .args = kVector,
     .keeps_name = true,
     .summary = "Instant result in descending order of values.",
     .example = "sort_desc(queue_length)"},
    {.name = "vector",
     .args = kScalar,
     .summary = "The scalar as a vector of one series without labels.",
     .example = "vector(1)"},
};

}  // namespace

std::span<const Function> VectorFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
