#pragma once

#include <vector>

#include "alerts/rules/unittest/test_file.h"
#include "exporter/base/result.h"
#include "exporter/promql/series_notation.h"
#include "exporter/storage/appender.h"

namespace sidewatch::alerts::rules::unittest {

/// The series of a test, which become visible as its time goes on.
class InputSamples {
 public:
  /// Errors: kInvalidArgument, in PromQL's words.
  static Result<InputSamples> Parse(const TestGroup& test);

  /// Appends all samples up to `at` that were not appended before.
  Status AppendUntil(TimePoint at, storage::Appendable& store);

 private:
  struct Series {
    promql::SeriesNotation notation;
    std::size_t next = 0;
  };

  Status AppendSeries(Series& series, TimePoint at, storage::Appender& appender) const;

  TimePoint start_;
  Duration interval_{0};
  std::vector<Series> series_;
};

}  // namespace sidewatch::alerts::rules::unittest
