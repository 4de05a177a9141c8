#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"
#include "exporter/scrape/scrape_manager.h"

namespace sidewatch::app {

/// An alert whose expression holds now.
struct CheckedAlert {
  std::string name;
  std::string severity;
  LabelSet labels;
  std::string summary;
  Duration hold{0};  ///< Its `for`, which a single look cannot wait for.
};

/// A rule that could not be evaluated.
struct BrokenRule {
  std::string name;
  std::string error;
};

/// What one look at everything found.
struct CheckReport {
  TimePoint at = {};
  double seconds = 0;
  std::vector<scrape::TargetStatus> targets = {};
  std::size_t rules = 0;
  std::vector<CheckedAlert> alerts = {};
  std::vector<BrokenRule> broken = {};
};

/// Nagios' exit codes.
enum class Verdict { kOk = 0, kWarning = 1, kCritical = 2, kUnknown = 3 };

/// A target that is down or a critical alert is critical; another alert or a broken rule is a
/// warning; nothing to look at is unknown.
Verdict Judge(const CheckReport& report);

/// One line with the verdict, as Nagios shows it, then the tables.
std::string CheckText(const CheckReport& report);
std::string CheckJson(const CheckReport& report);

}  // namespace sidewatch::app
