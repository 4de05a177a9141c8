#include "alerts/receivers/slack/slack_config.h"

#include <gtest/gtest.h>

#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string yaml;
  std::string global;
  std::string want_error;
};

class SlackConfigTest : public testing::TestWithParam<Case> {};

TEST_P(SlackConfigTest, NamesWhatIsWrong) {
  const Case& c = GetParam();
  const testkit::ReceiverFixture fixture;
  config::Diagnostics diagnostics;
  const config::Node global = testkit::Yaml(c.global, diagnostics);
  {
    config::MapReader map(global, diagnostics);
    CheckSlackGlobal(map);
    config::MapReader own(testkit::Yaml(c.yaml, diagnostics), diagnostics);
    ReadSlackConfig(own, global, fixture.deps);
  }
  EXPECT_EQ(testkit::Errors(diagnostics), c.want_error);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SlackConfigTest,
    testing::Values(
        Case{"Webhook", "api_url: 'http://s'", "{}", ""},
        Case{"GlobalWebhook", "channel: '#ops'", "slack_api_url: 'http://s'", ""},
        Case{"GlobalToken", "channel: '#ops'", "slack_app_token_file: /t", ""},
        Case{"Nothing",
             "{channel: '#ops'}",
             "{}",
             "test.yml:1:1: no Slack API URL nor App token set either inline or in a file"},
        Case{"Both",
             "{api_url: a, api_url_file: b}",
             "slack_api_url: 'http://c'",
             "test.yml:1:28: at most one of api_url & api_url_file must be configured"},
        Case{"GlobalBoth",
             "api_url: 'http://a'",
             "{slack_api_url: 'http://c', slack_app_token: d}",
             "test.yml:1:46: at most one of slack_app_token/slack_app_token_file & "
             "slack_api_url/slack_api_url_file must be configured"},
        Case{"TokenAtTheBotsAddress",
             "channel: c",
             "{slack_api_url: 'https://slack.com/api/chat.postMessage', slack_app_token: d}",
             ""},
        Case{"UpdateMessage",
             "{api_url: 'http://a', update_message: true}",
             "{}",
             "test.yml:1:39: update_message can only be used with bot tokens. api_url must be set "
             "to https://slack.com/api/chat.postMessage"},
        Case{"UpdateMessageAsBot",
             "{api_url: 'https://slack.com/api/chat.postMessage', update_message: true, "
             "post_updates_to_thread: true, http_config: {authorization: {credentials: t}}}",
             "{}",
             ""},
        Case{"UpdateMessageWithToken", "{bot_token: t, update_message: true}", "{}", ""},
        Case{"ThreadOfAWebhook",
             "{api_url: 'http://a', post_updates_to_thread: true}",
             "{}",
             "test.yml:1:47: post_updates_to_thread can only be used with bot tokens. api_url must "
             "be set to https://slack.com/api/chat.postMessage"},
        Case{"NoUrl",
             "{channel: c, api_url: not a s3cret url}",
             "{}",
             "test.yml:1:23: unsupported scheme \"\" for URL"},
        Case{"NoGlobalUrl",
             "{channel: c, api_url: 'http://a'}",
             "{slack_api_url: 'http:///s3cret'}",
             "test.yml:1:17: missing host for URL"},
        Case{"NoUrlOfTheBots",
             "{channel: c, bot_token: t, app_url: foo}",
             "{}",
             "test.yml:1:37: unsupported scheme \"\" for URL"},
        Case{"VariableThatIsNotSet", "{channel: c, api_url: ''}", "{}", ""},
        Case{"BadTemplate",
             "{api_url: 'http://a', text: '{{bad}}'}",
             "{}",
             "test.yml:1:29: text: bad template"},
        Case{"FieldWithoutTitle",
             "{api_url: 'http://a', fields: [{value: x}]}",
             "{}",
             "test.yml:1:32: missing title in Slack field configuration"},
        Case{"ActionWithoutUrl",
             "{api_url: 'http://a', actions: [{type: button, text: x}]}",
             "{}",
             "test.yml:1:33: missing name or url in Slack action configuration"},
        Case{"UnknownKey",
             "{api_url: 'http://a', chanel: x}",
             "{}",
             "test.yml:1:23: unknown key \"chanel\", did you mean \"channel\"?"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
