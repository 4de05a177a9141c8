#include "alerts/notifier/notification_config.h"

#include <gtest/gtest.h>

#include "alerts/receivers/builtin.h"
#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class NotificationConfigTest : public testing::TestWithParam<Case> {};

TEST_P(NotificationConfigTest, TellsEverythingThatIsWrong) {
  const testkit::ReceiverFixture fixture;
  config::Diagnostics diagnostics;
  ReadNotificationConfig(testkit::Yaml(GetParam().yaml, diagnostics),
                         {.receivers = BuiltinReceivers(), .receiver_deps = fixture.deps},
                         diagnostics);
  EXPECT_EQ(testkit::Errors(diagnostics), GetParam().want_error);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NotificationConfigTest,
    testing::Values(
        Case{"Smallest", "{route: {receiver: a}, receivers: [{name: a}]}", ""},
        Case{"NoRoute", "{receivers: [{name: a}]}", "test.yml:1:1: no routes provided"},
        Case{"TwoPlaces",
             "global: {slack_api_urll: x}\nroute: {receiver: b}\nreceivers: [{name: a}]",
             "test.yml:1:10: unknown key \"slack_api_urll\", did you mean \"slack_api_url\"?\n"
             "test.yml:2:19: undefined receiver \"b\" used in route"},
        Case{"OtherSection",
             "{route: {receiver: a}, receivers: [{name: a}], tracing: {}}",
             "test.yml:1:48: unknown key \"tracing\""},
        Case{"Templates",
             "{route: {receiver: a}, receivers: [{name: a}], templates: [x]}",
             "test.yml:1:59: notification templates are not supported here"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
