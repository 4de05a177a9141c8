#include "alerts/library/library.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::alerts::library {
namespace {

using rules::GroupConfig;
using rules::RuleConfig;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<GroupConfig> Read(const std::string& yaml, config::Diagnostics& diagnostics) {
  const auto node = config::ParseYaml(yaml, "c.yml", config::ExpandEnv::kNo, diagnostics);
  return ReadLibrary(node.value_or(config::Node()), {}, diagnostics);
}

std::vector<std::string> RuleNames(const std::vector<GroupConfig>& groups) {
  std::vector<std::string> names;
  for (const GroupConfig& group : groups) {
    std::ranges::transform(group.rules, std::back_inserter(names), &RuleConfig::name);
  }
  return names;
}

std::string Expression(const std::vector<GroupConfig>& groups, std::string_view rule) {
  for (const GroupConfig& group : groups) {
    const auto found = std::ranges::find(group.rules, rule, &RuleConfig::name);
    if (found != group.rules.end()) {
      return found->query.text;
    }
  }
  return "";
}

TEST(ReadLibraryTest, IsWholeByDefaultBesidesWhatIsOff) {
  config::Diagnostics diagnostics;
  const std::vector<GroupConfig> groups = Read("{}", diagnostics);
  EXPECT_THAT(diagnostics.errors(), IsEmpty());
  for (const GroupConfig& group : groups) {
    EXPECT_THAT(group.name, StartsWith("sidewatch:"));
    EXPECT_THAT(group.file, StartsWith("library/"));
  }
  const std::vector<std::string> names = RuleNames(groups);
  EXPECT_GT(names.size(), 60U);
  EXPECT_THAT(names, Contains("PostgresConnectionsHigh"));
  EXPECT_THAT(names, Not(Contains("Watchdog")));
  EXPECT_THAT(Expression(groups, "PostgresConnectionsHigh"), HasSubstr("> 80"));
}

TEST(ReadLibraryTest, LeavesOutEnablesAndSets) {
  config::Diagnostics diagnostics;
  const std::vector<GroupConfig> groups = Read(
      "{disable: [RedisEvictions, HeartbeatLate, HeartbeatFailed], enable: [Watchdog],"
      " set: {connection_use_percent: 85, p95_seconds: 0.25}}",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), IsEmpty());
  const std::vector<std::string> names = RuleNames(groups);
  EXPECT_THAT(names, Contains("Watchdog"));
  EXPECT_THAT(names, Contains("RedisHitRateLow"));
  EXPECT_THAT(names, Not(Contains("RedisEvictions")));
  EXPECT_THAT(groups, Each(testing::Field(&GroupConfig::name, Not("sidewatch:heartbeats"))));
  EXPECT_THAT(Expression(groups, "PostgresConnectionsHigh"), HasSubstr("> 85"));
  EXPECT_THAT(Expression(groups, "ApplicationSlow"), HasSubstr("> 0.25"));
  EXPECT_THAT(Expression(groups, "ApplicationVerySlow"), HasSubstr("> 2"));
}

TEST(ReadLibraryTest, CanBeSwitchedOff) {
  config::Diagnostics diagnostics;
  EXPECT_THAT(Read("{enabled: false}", diagnostics), IsEmpty());
  EXPECT_THAT(diagnostics.errors(), IsEmpty());
}

struct Case {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class ReadLibraryErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ReadLibraryErrorTest, NamesThePlaceAndWhatWasMeant) {
  config::Diagnostics diagnostics;
  Read(GetParam().yaml, diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre(GetParam().want_error));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadLibraryErrorTest,
    testing::Values(
        Case{"UnknownRule",
             "{disable: [RedisEviction]}",
             R"(c.yml:1:12: no shipped rule "RedisEviction", did you mean "RedisEvictions"?)"},
        Case{"NothingNear", "{enable: [Q]}", R"(c.yml:1:11: no shipped rule "Q")"},
        Case{
            "UnknownSetting",
            "{set: {connection_use_percnt: 85}}",
            R"(c.yml:1:8: unknown key "connection_use_percnt", did you mean "connection_use_percent"?)"},
        Case{"NotANumber",
             "{set: {cpu_percent: high}}",
             R"(c.yml:1:21: expected a number, got "high")"},
        Case{"NotFinite", "{set: {cpu_percent: +Inf}}", "c.yml:1:21: expected a finite number"},
        Case{"UnknownKey",
             "{disabled: [RedisEvictions]}",
             R"(c.yml:1:2: unknown key "disabled", did you mean "disable"?)"},
        Case{"NotAList",
             "{disable: RedisEvictions}",
             R"(c.yml:1:11: expected a list, got "RedisEvictions")"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts::library
