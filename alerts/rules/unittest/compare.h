#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/rules/rule.h"
#include "alerts/rules/unittest/test_file.h"

namespace sidewatch::alerts::rules::unittest {

/// A firing alert as tests compare it.
struct FiringAlert {
  LabelSet labels;
  LabelSet annotations;

  auto operator<=>(const FiringAlert&) const = default;
};

enum class Report { kExpectedAndGot, kDiff };

/// What differs between the expected and the firing alerts, worded as promtool words it. Nothing:
/// they are the same set.
std::optional<std::string> CompareAlerts(const std::string& test_name,
                                         const AlertCase& test,
                                         std::vector<FiringAlert> got,
                                         Report report);

enum class Precision {
  kExact,
  kFuzzy,  ///< The next representable numbers are equal too.
};

/// The same for the samples of an expression.
std::optional<std::string> CompareSamples(const ExpressionCase& test,
                                          std::vector<RuleSample> got,
                                          Precision precision);

/// `    expr: "up", time: 1m, err: MESSAGE`.
std::string ExpressionError(const ExpressionCase& test, const std::string& message);

}  // namespace sidewatch::alerts::rules::unittest
