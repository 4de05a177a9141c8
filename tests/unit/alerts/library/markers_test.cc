#include "alerts/library/markers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::alerts::library {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kFile = R"(groups:
  - name: g
    rules:
      - alert: Full  # off: too early
        expr: |
          a
            > 80  # set: full_percent
      - alert: Fuller
        expr: a > 0.5  # set: fuller
      - alert: FullAgain
        expr: b > 80  # set: full_percent
)";

TEST(FindSettingsTest, FindsEachOnceWithItsDefault) {
  EXPECT_THAT(FindSettings(kFile),
              ElementsAre(Setting{"full_percent", "80"}, Setting{"fuller", "0.5"}));
  EXPECT_THAT(FindSettings("groups: []  # setting: none\n"), IsEmpty());
  EXPECT_THAT(FindSettings(""), IsEmpty());
}

TEST(FindRulesThatAreOffTest, FindsThoseThatAreMarked) {
  EXPECT_THAT(FindRulesThatAreOff(kFile), ElementsAre("Full"));
}

TEST(ApplySettingsTest, ReplacesTheNumberEverywhereAndDropsTheMarks) {
  const std::string applied = ApplySettings(kFile, {{"full_percent", "85"}});
  EXPECT_THAT(applied, testing::HasSubstr("            > 85\n"));
  EXPECT_THAT(applied, testing::HasSubstr("expr: b > 85\n"));
  EXPECT_THAT(applied, testing::HasSubstr("expr: a > 0.5\n"));
  EXPECT_THAT(applied, testing::Not(testing::HasSubstr("# set:")));
}

}  // namespace
}  // namespace sidewatch::alerts::library
