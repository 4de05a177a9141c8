#include "tests/unit/alerts/receivers/services/service_fixture.h"

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string key;
  std::string yaml;
  std::string global;
  std::string want_error;
};

class ServiceConfigTest : public testing::TestWithParam<Case> {};

TEST_P(ServiceConfigTest, NamesWhatIsWrong) {
  const Case& c = GetParam();
  ServiceFixture services;
  EXPECT_EQ(services.ErrorsOf(c.key, c.yaml, c.global), c.want_error);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ServiceConfigTest,
    testing::Values(
        Case{"Webhook", "webhook_configs", "url: 'http://w/x'", "{}", ""},
        Case{"WebhookFile", "webhook_configs", "{url_file: /u, payload: {a: 1}}", "{}", ""},
        Case{"WebhookTemplate", "webhook_configs", "url: '{{x}}'", "{}", ""},
        Case{"NoTemplateElsewhere",
             "discord_configs",
             "webhook_url: '{{ hook }}'",
             "{}",
             "test.yml:1:14: unsupported scheme \"\" for URL (it is no template)"},
        Case{
            "NoVariable",
            "discord_configs",
            "webhook_url: '${HOOK}'",
            "{}",
            "test.yml:1:14: unsupported scheme \"\" for URL (environment variables are put in only "
            "under `notifications:` of sidewatch's own file)"},
        Case{"WebhookNothing",
             "webhook_configs",
             "{payload: {a: 1}}",
             "{}",
             "test.yml:1:1: one of url or url_file must be configured"},
        Case{"WebhookBoth",
             "webhook_configs",
             "{url: 'http://a', url_file: b}",
             "{}",
             "test.yml:1:29: at most one of url & url_file must be configured"},
        Case{"WebhookScheme",
             "webhook_configs",
             "url: 'ftp://a'",
             "{}",
             "test.yml:1:6: unsupported scheme \"ftp\" for URL"},
        Case{"WebhookHost",
             "webhook_configs",
             "url: 'http:///a'",
             "{}",
             "test.yml:1:6: missing host for URL"},
        Case{"WebhookPayloadTemplate",
             "webhook_configs",
             "{url: 'http://a', payload: {deep: [1, '{{bad}}']}}",
             "{}",
             "test.yml:1:39: bad template"},
        Case{"Alertmanager", "alertmanager_configs", "urls: ['http://a', 'http://b/']", "{}", ""},
        Case{"AlertmanagerNothing",
             "alertmanager_configs",
             "{urls: []}",
             "{}",
             "test.yml:1:1: missing urls in alertmanager config: give the address of at least one "
             "Alertmanager"},
        Case{"Pagerduty", "pagerduty_configs", "routing_key: k", "pagerduty_url: 'http://p'", ""},
        Case{"PagerdutyV1", "pagerduty_configs", "service_key_file: /k", "{}", ""},
        Case{"PagerdutyNothing",
             "pagerduty_configs",
             "{client: x}",
             "{}",
             "test.yml:1:1: missing service or routing key in PagerDuty config"},
        Case{"PagerdutyBoth",
             "pagerduty_configs",
             "{routing_key: a, routing_key_file: b}",
             "{}",
             "test.yml:1:36: at most one of routing_key & routing_key_file must be configured"},
        Case{"PagerdutyUnknownKey",
             "pagerduty_configs",
             "{routing_key: a, severty: b}",
             "{}",
             "test.yml:1:18: unknown key \"severty\", did you mean \"severity\"?"},
        Case{"Discord", "discord_configs", "webhook_url: 'http://d/x'", "{}", ""},
        Case{"DiscordNothing",
             "discord_configs",
             "{title: x}",
             "{}",
             "test.yml:1:1: one of webhook_url or webhook_url_file must be configured"},
        Case{"DiscordBoth",
             "discord_configs",
             "{webhook_url: 'http://a', webhook_url_file: b}",
             "{}",
             "test.yml:1:45: at most one of webhook_url & webhook_url_file must be configured"},
        Case{"Teams", "msteamsv2_configs", "webhook_url_file: /t", "{}", ""},
        Case{"TeamsNothing",
             "msteamsv2_configs",
             "{text: x}",
             "{}",
             "test.yml:1:1: one of webhook_url or webhook_url_file must be configured"},
        Case{"Telegram", "telegram_configs", "{chat_id: -100123, bot_token: t}", "{}", ""},
        Case{"TelegramGlobal", "telegram_configs", "chat_id_file: /c", "telegram_bot_token: t", ""},
        Case{"TelegramNoChat",
             "telegram_configs",
             "{bot_token: t}",
             "{}",
             "test.yml:1:1: missing chat_id or chat_id_file on telegram_config"},
        Case{"TelegramBothChats",
             "telegram_configs",
             "{bot_token: t, chat_id: 1, chat_id_file: c}",
             "{}",
             "test.yml:1:42: at most one of chat_id & chat_id_file must be configured"},
        Case{"TelegramNoToken",
             "telegram_configs",
             "{chat_id: 1}",
             "{}",
             "test.yml:1:1: missing bot_token or bot_token_file on telegram_config"},
        Case{"TelegramParseMode",
             "telegram_configs",
             "{bot_token: t, chat_id: 1, parse_mode: html}",
             "{}",
             "test.yml:1:40: unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, "
             "HTML or empty string"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
