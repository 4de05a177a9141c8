#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "exporter/base/number.h"
#include "exporter/promql/engine.h"
#include "exporter/promql/series_notation.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/memory_storage.h"

namespace sidewatch::promql {

/// Series in the notation of test scripts, a value every 30 seconds from 1970 on.
inline void LoadSeries(testkit::MemoryStorage& storage, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    const auto series = ParseSeriesNotation(line);
    ASSERT_TRUE(series.has_value()) << series.error().message;
    for (std::size_t i = 0; i < series->values.size(); ++i) {
      if (const auto* value = std::get_if<double>(&series->values[i])) {
        const auto at = FromUnixMillis(static_cast<std::int64_t>(i) * 30'000);
        ASSERT_TRUE(storage.Append(series->labels, at, *value).has_value());
      }
    }
  }
}

/// A result as a line a series: `{a="b"} 1@30 2@60`, times in seconds.
inline std::string Show(const QueryResult& result) {
  if (const auto* scalar = std::get_if<ScalarValue>(&result.value)) {
    return FormatNumber(scalar->value);
  }
  if (const auto* text = std::get_if<StringValue>(&result.value)) {
    return text->value;
  }
  std::string shown;
  const auto point = [&](const Sample& sample) {
    shown += ' ' + FormatNumber(sample.value) + '@' + FormatNumber(ToUnixSeconds(sample.at));
  };
  if (const auto* vector = std::get_if<VectorValue>(&result.value)) {
    for (const VectorSample& sample : *vector) {
      shown += (shown.empty() ? "" : "\n") + sample.labels.ToString();
      point({sample.at, sample.value});
    }
    return shown;
  }
  for (const MatrixSeries& series : std::get<MatrixValue>(result.value)) {
    shown += (shown.empty() ? "" : "\n") + series.labels.ToString();
    for (const Sample& sample : series.samples) {
      point(sample);
    }
  }
  return shown;
}

}  // namespace sidewatch::promql
