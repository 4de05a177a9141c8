#pragma once

#include <string>

#include "exporter/promql/engine.h"
#include "tests/conformance/promqltest/script.h"

namespace sidewatch::promqltest {

/// Equal as the scripts understand it: within 1e-6 of the sum, NaN equals NaN, a stale marker only
/// itself.
bool AlmostEqual(double a, double b);

/// Says what is wrong with an outcome; an empty text: nothing is.
std::string JudgeInstant(const Expectation& expect, const Result<promql::QueryResult>& got);
std::string JudgeRange(const Expectation& expect,
                       const Steps& steps,
                       const Result<promql::QueryResult>& got);

/// The points of a range result at `at`, as the instant query would have given them.
Result<promql::QueryResult> TakeInstant(Result<promql::QueryResult> got,
                                        TimePoint at,
                                        bool as_scalar);

}  // namespace sidewatch::promqltest
