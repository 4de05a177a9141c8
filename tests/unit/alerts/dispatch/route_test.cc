#include "alerts/dispatch/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::Errors;
using testkit::Yaml;

const RouteNames kNames = {{"ops", "db", "dev"}, {"night"}};

std::shared_ptr<const RouteTree> Read(std::string_view yaml, config::Diagnostics& diagnostics) {
  return RouteTree::Read(Yaml(yaml, diagnostics), kNames, diagnostics);
}

struct ErrorCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class RouteErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(RouteErrorTest, NamesPlaceAndReason) {
  config::Diagnostics diagnostics;
  Read(GetParam().yaml, diagnostics);
  EXPECT_EQ(Errors(diagnostics), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RouteErrorTest,
    testing::Values(ErrorCase{"Fine", "receiver: ops", ""},
                    ErrorCase{"NoReceiver",
                              "group_wait: 1s",
                              "test.yml:1:1: root route must specify a default receiver"},
                    ErrorCase{"UnknownReceiver",
                              "receiver: opz",
                              "test.yml:1:11: undefined receiver \"opz\" used in route"},
                    ErrorCase{"RootMatchers",
                              "receiver: ops\nmatchers: [a=b]",
                              "test.yml:1:1: root route must not have any matchers"},
                    ErrorCase{"RootContinue",
                              "receiver: ops\ncontinue: true",
                              "test.yml:2:11: cannot have continue in root route"},
                    ErrorCase{"ZeroInterval",
                              "receiver: ops\ngroup_interval: 0s",
                              "test.yml:2:17: group_interval cannot be zero"},
                    ErrorCase{"DuplicateGroupBy",
                              "receiver: ops\ngroup_by: [a, a]",
                              "test.yml:2:11: duplicated label \"a\" in group_by"},
                    ErrorCase{"AllAndMore",
                              "receiver: ops\ngroup_by: [a, '...']",
                              "test.yml:2:11: cannot have wildcard group_by (`...`) and other "
                              "labels at the same time"},
                    ErrorCase{"UnknownInterval",
                              "receiver: ops\nroutes: [{mute_time_intervals: [day]}]",
                              "test.yml:2:32: undefined time interval \"day\" used in route"},
                    ErrorCase{"EscalateFine",
                              "receiver: ops\nescalate: [{after: 15m, receiver: db}, "
                              "{after: 1h, receiver: ops}]",
                              ""},
                    ErrorCase{"EscalateToNobody",
                              "receiver: ops\nescalate: [{after: 15m, receiver: bd}]",
                              "test.yml:2:35: undefined receiver \"bd\" used in escalate"},
                    ErrorCase{"EscalateAtOnce",
                              "receiver: ops\nescalate: [{after: 0s, receiver: db}]",
                              "test.yml:2:20: after cannot be zero"},
                    ErrorCase{"EscalateWithoutTime",
                              "receiver: ops\nescalate: [{receiver: db}]",
                              "test.yml:2:12: no `after` in escalate: how long may nobody have "
                              "acknowledged, e.g. 15m"},
                    ErrorCase{"EscalateBackwards",
                              "receiver: ops\nescalate: [{after: 1h, receiver: db}, "
                              "{after: 1h, receiver: ops}]",
                              "test.yml:2:11: the `after` of each level must be longer than the "
                              "one before"},
                    ErrorCase{
                        "UnknownKey",
                        "receiver: ops\ngroup_wiat: 1s",
                        "test.yml:2:1: unknown key \"group_wiat\", did you mean \"group_wait\"?"}),
    [](const auto& row) { return row.param.name; });

TEST(Route, ChildrenInheritSettingsButNotTimes) {
  config::Diagnostics diagnostics;
  const auto tree = Read(
      "receiver: ops\ngroup_by: [a]\ngroup_wait: 1s\nlabels: {x: 1}\nroutes:\n"
      "- {matchers: [t=1], mute_time_intervals: [night], labels: {y: 2}, routes: [{match: {u: "
      "1}}]}\n"
      "- {group_by: [], receiver: db}",
      diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << Errors(diagnostics);
  const Route& child = tree->root().children[0];
  EXPECT_EQ(child.settings.receiver, "ops");
  EXPECT_EQ(child.settings.group_wait, 1s);
  EXPECT_EQ(child.settings.labels, (LabelSet{{"x", "1"}, {"y", "2"}}));
  EXPECT_THAT(child.mute_time_intervals, testing::ElementsAre("night"));
  EXPECT_THAT(child.children[0].mute_time_intervals, testing::IsEmpty());
  EXPECT_EQ(child.children[0].id, R"({}/{t="1"}/0/{u="1"}/0)");
  EXPECT_EQ(child.children[0].key, R"({}/{t="1"}/{u="1"})");
  EXPECT_THAT(tree->root().children[1].settings.group_by, testing::IsEmpty());
}

TEST(Route, EscalationIsInheritedUntilAnotherIsSaid) {
  config::Diagnostics diagnostics;
  const auto tree = Read(
      "receiver: ops\nescalate: [{after: 15m, receiver: db}]\nroutes:\n"
      "- {match: {a: 1}}\n- {match: {a: 2}, escalate: []}",
      diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << Errors(diagnostics);
  EXPECT_EQ(tree->root().children[0].settings.escalate,
            (std::vector<EscalationLevel>{{15min, "db"}}));
  EXPECT_TRUE(tree->root().children[1].settings.escalate.empty());
}

TEST(Route, TheFirstChildThatMatchesTakesIt) {
  config::Diagnostics diagnostics;
  const auto tree = Read(
      "receiver: ops\nroutes:\n- {match: {a: 1}, receiver: db, continue: true}\n"
      "- {match: {a: 1}, receiver: dev}\n- {match: {a: 1}}",
      diagnostics);
  const auto receivers = [&](const LabelSet& labels) {
    std::vector<std::string> names;
    for (const Route* route : tree->Match(labels)) {
      names.push_back(route->settings.receiver);
    }
    return names;
  };
  EXPECT_THAT(receivers({{"a", "1"}}), testing::ElementsAre("db", "dev"));
  EXPECT_THAT(receivers({{"a", "2"}}), testing::ElementsAre("ops"));
}

TEST(Route, GroupsByItsLabels) {
  Route route;
  route.settings.group_by = {"b", "missing"};
  EXPECT_EQ(route.GroupLabels({{"a", "1"}, {"b", "2"}}), (LabelSet{{"b", "2"}}));
  route.settings.group_by_all = true;
  EXPECT_EQ(route.GroupLabels({{"a", "1"}, {"b", "2"}}), (LabelSet{{"a", "1"}, {"b", "2"}}));
}

}  // namespace
}  // namespace sidewatch::alerts
