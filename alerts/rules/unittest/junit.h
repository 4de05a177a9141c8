#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sidewatch::alerts::rules::unittest {

struct JUnitCase {
  std::string name;
  std::vector<std::string> failures = {};
  std::optional<std::string> error = std::nullopt;
};

/// One test file.
struct JUnitSuite {
  std::string name;
  std::string timestamp = {};
  std::vector<JUnitCase> cases = {};
};

/// `<testsuites>…`: the XML that build servers read, in promtool's shape.
std::string JUnitXml(const std::vector<JUnitSuite>& suites);

}  // namespace sidewatch::alerts::rules::unittest
