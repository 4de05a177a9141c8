#include "alerts/rules/unittest/junit.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace sidewatch::alerts::rules::unittest {
namespace {

struct Entity {
  char raw;
  std::string_view written;
};

constexpr std::array kEntities = {
    Entity{'"', "&#34;"},
    Entity{'\'', "&#39;"},
    Entity{'&', "&amp;"},
    Entity{'<', "&lt;"},
    Entity{'>', "&gt;"},
    Entity{'\t', "&#x9;"},
    Entity{'\n', "&#xA;"},
    Entity{'\r', "&#xD;"},
};

/// Control characters have no place in XML, not even escaped.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto* const entity = std::ranges::find(kEntities, c, &Entity::raw);
    if (entity != kEntities.end()) {
      escaped += entity->written;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      escaped += "\xef\xbf\xbd";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string CaseXml(const JUnitCase& test) {
  std::string xml = fmt::format("<testcase name=\"{}\">", Escaped(test.name));
  for (const std::string& failure : test.failures) {
    xml += fmt::format("<failure>{}</failure>", Escaped(failure));
  }
  if (test.error) {
    xml += fmt::format("<error>{}</error>", Escaped(*test.error));
  }
  return xml + "</testcase>";
}

std::string SuiteXml(const JUnitSuite& suite) {
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::string cases;
  for (const JUnitCase& test : suite.cases) {
    failures += test.failures.size();
    errors += test.error ? 1 : 0;
    cases += CaseXml(test);
  }
  return fmt::format(
      "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" "
      "timestamp=\"{}\">{}</testsuite>",
      Escaped(suite.name),
      suite.cases.size(),
      failures,
      errors,
      suite.timestamp,
      cases);
}

}  // namespace

std::string JUnitXml(const std::vector<JUnitSuite>& suites) {
  std::string xml = "<testsuites>";
  for (const JUnitSuite& suite : suites) {
    xml += SuiteXml(suite);
  }
  return xml + "</testsuites>";
}

}  // namespace sidewatch::alerts::rules::unittest
