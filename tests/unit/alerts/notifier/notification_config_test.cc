#include "alerts/notifier/notification_config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
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
        Case{"GlobalsOfKindsThatNobodyUses",
             "global: {opsgenie_api_key: a, opsgenie_api_url: 'https://x', victorops_api_key: b, "
             "wechat_api_corp_id: c, webex_api_url: 'https://y', jira_api_url: 'https://z'}\n"
             "route: {receiver: a}\nreceivers: [{name: a}]",
             ""},
        Case{"OtherSection",
             "{route: {receiver: a}, receivers: [{name: a}], tracing: {}}",
             "test.yml:1:48: unknown key \"tracing\""},
        Case{"Templates",
             "{route: {receiver: a}, receivers: [{name: a}], templates: ['*.x']}",
             "test.yml:1:59: notification templates are not supported here"}),
    [](const auto& row) { return row.param.name; });

struct TemplatesCase {
  std::string name;
  std::string yaml;
  std::string want_files;  ///< `D` stands for the folder of the file.
  std::string want_error;
};

class TemplatesTest : public testing::TestWithParam<TemplatesCase> {};

TEST_P(TemplatesTest, StandBesideTheFileThatNamesThem) {
  std::string path = testing::TempDir() + "/sidewatch-templates-XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  std::ofstream(path + "/ours.tmpl") << "{{ define \"x\" }}{{ end }}";
  const auto in_words = [&](std::string text) {
    for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path)) {
      text.replace(at, path.size(), "D");
    }
    return text;
  };
  const testkit::ReceiverFixture fixture;
  std::string files;
  const auto make_renderer = [&](const std::vector<std::string>& given) {
    files = fmt::format("{}", fmt::join(given, " "));
    return Result<std::shared_ptr<const Renderer>>(fixture.deps.renderer);
  };
  config::Diagnostics diagnostics;
  const auto node = config::ParseYaml(
      "{route: {receiver: a}, receivers: [{name: a}], templates: " + GetParam().yaml + "}",
      path + "/am.yml",
      config::ExpandEnv::kNo,
      diagnostics);
  ASSERT_TRUE(node.has_value());
  ReadNotificationConfig(*node,
                         {.receivers = BuiltinReceivers(),
                          .receiver_deps = fixture.deps,
                          .make_renderer = make_renderer},
                         diagnostics);
  EXPECT_EQ(in_words(testkit::Errors(diagnostics)), GetParam().want_error);
  EXPECT_EQ(in_words(files), GetParam().want_files);
  std::filesystem::remove_all(path);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    TemplatesTest,
    testing::Values(
        TemplatesCase{"None", "[]", "", ""},
        TemplatesCase{"Relative", "[ours.tmpl]", "D/ours.tmpl", ""},
        TemplatesCase{"Patterns", "['*.tmpl', '/none/*.tmpl']", "D/*.tmpl /none/*.tmpl", ""},
        TemplatesCase{"Missing", "[ours.tmpl, other.tmpl]", "D/ours.tmpl D/other.tmpl", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
