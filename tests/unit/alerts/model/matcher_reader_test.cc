#include "alerts/model/matcher_reader.h"

#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string yaml;
  std::string want;
  std::string want_error;
};

class ReadMatchersTest : public testing::TestWithParam<Case> {};

TEST_P(ReadMatchersTest, Reads) {
  const Case& c = GetParam();
  config::Diagnostics diagnostics;
  Matchers matchers;
  {
    config::MapReader map(testkit::Yaml(c.yaml, diagnostics), diagnostics);
    matchers = ReadMatchers(map, {"match", "match_re", "matchers"});
  }
  EXPECT_EQ(testkit::Errors(diagnostics), c.want_error);
  EXPECT_EQ(FormatMatchers(matchers), c.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadMatchersTest,
    testing::Values(
        Case{"AllThree",
             "matchers: [c!=x, 'b=~\"y|z\"']\nmatch: {a: 1}\nmatch_re: {d: 'e.*'}",
             R"({a="1",b=~"y|z",c!="x",d=~"^(?:e.*)$"})",
             ""},
        Case{"NoExpression",
             "match_re:\n  env:",
             "{}",
             "test.yml:2:3: invalid regexp value for \"env\": expected a regular expression, got "
             "nothing"},
        Case{"BadMatcher", "matchers: [a]", "{}", "test.yml:1:12: bad matcher format: a"},
        Case{"NotAList", "matchers: a=b", "{}", "test.yml:1:11: expected a list, got \"a=b\""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
