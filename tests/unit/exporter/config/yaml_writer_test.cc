#include "exporter/config/yaml_writer.h"

#include <gtest/gtest.h>

namespace sidewatch::config {
namespace {

struct Case {
  std::string name;
  std::string yaml;
  std::string want;
};

class WriteMaskedYamlTest : public testing::TestWithParam<Case> {};

TEST_P(WriteMaskedYamlTest, HidesSecretsOnly) {
  Diagnostics diagnostics;
  const auto node = ParseYaml(GetParam().yaml, "test.yml", ExpandEnv::kNo, diagnostics);
  ASSERT_TRUE(node && diagnostics.ok());
  EXPECT_EQ(WriteMaskedYaml(*node), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    WriteMaskedYamlTest,
    testing::Values(
        Case{"Password",
             "basic_auth: {username: me, password: hunter2}",
             "basic_auth:\n  username: me\n  password: <secret>\n"},
        Case{"PasswordFile", "password_file: /run/pw", "password_file: /run/pw\n"},
        Case{"UrlWithUser",
             "url: redis://:hunter2@cache:6379",
             "url: redis://:<secret>@cache:6379\n"},
        Case{
            "Dsn", "postgres: [{dsn: host=db password=hunter2}]", "postgres:\n  - dsn: <secret>\n"},
        Case{"Webhook",
             "slack_configs: [{api_url: http://x/y}]",
             "slack_configs:\n  - api_url: <secret>\n"},
        Case{"ListOfTokens", "bot_token: [a, b]", "bot_token:\n  - <secret>\n  - <secret>\n"},
        Case{"Authorization",
             "authorization: {type: Bearer, credentials: x}",
             "authorization:\n  type: Bearer\n  credentials: <secret>\n"},
        Case{"WebhookUrl",
             "webhook_configs: [{url: 'https://chat/hooks/t0ken', max_alerts: 5}, {url: '{{ .X "
             "}}'}, "
             "{url_file: /run/hook}]",
             "webhook_configs:\n  - url: https://<secret>\n    max_alerts: 5\n  - url: "
             "http://<secret>\n  - url_file: /run/hook\n"},
        Case{"OtherUrlsOfAWebhook",
             "webhook_configs: [{payload: {url: 'http://page'}}]",
             "webhook_configs:\n  - payload:\n      url: \"http://page\"\n"},
        Case{"TelegramServer",
             "telegram_configs: [{api_url: 'http://t', bot_token: x}]",
             "telegram_configs:\n  - api_url: \"http://t\"\n    bot_token: <secret>\n"},
        Case{"Headers",
             "headers: {Authorization: Bearer x, X-Api-Key: y, Cookie: z, X-Team: ops}",
             "headers:\n  Authorization: <secret>\n  X-Api-Key: <secret>\n  Cookie: <secret>\n"
             "  X-Team: ops\n"},
        Case{
            "HttpHeaders",
            "http_headers: {Authorization: {values: [a], files: [/f]}, X-A: {secrets: [b], values: "
            "[c]}}",
            "http_headers:\n  Authorization:\n    values:\n      - <secret>\n    files:\n      - "
            "/f\n  X-A:\n    secrets:\n      - <secret>\n    values:\n      - c\n"},
        Case{"ProxyHeaders",
             "proxy_connect_header: {X-A: [b]}",
             "proxy_connect_header:\n  X-A:\n    - <secret>\n"},
        Case{"Environment",
             "exec: [{environment: {TZ: UTC, DB_PASS: x}, command: [/bin/x, --token, t, "
             "--secret=s, v]}]",
             "exec:\n  - environment:\n      TZ: <secret>\n      DB_PASS: <secret>\n    command:\n"
             "      - /bin/x\n      - --token\n      - <secret>\n      - --secret=<secret>\n      "
             "- v\n"},
        Case{"Parameters",
             "params: {apikey: [a], module: [b]}",
             "params:\n  apikey:\n    - <secret>\n  module:\n    - b\n"},
        Case{"Conversation",
             "query_response: [{expect: x, send: PASS y}]",
             "query_response:\n  - expect: x\n    send: <secret>\n"},
        Case{"Quoted", "a: \"1\"\nb: 1\n", "a: \"1\"\nb: 1\n"}),
    [](const auto& row) { return row.param.name; });

TEST(WriteMaskedYaml, ChangesKeysInTheirSections) {
  constexpr KeyChange kChanges[] = {
      {"routes", "escalate"}, {"a_configs", "token", "app_token"}, {"", "graphs"}};
  Diagnostics diagnostics;
  const auto node = ParseYaml(
      "routes: [{escalate: [{after: 1h}], match: {escalate: x}}]\n"
      "a_configs: [{token: t, graphs: no, c: {graphs: 1}}]\n"
      "b_configs: [{other_token: t, graphs: no}]\n"
      "graphs: 2\n",
      "test.yml",
      ExpandEnv::kNo,
      diagnostics);
  ASSERT_TRUE(node && diagnostics.ok());
  EXPECT_EQ(WriteMaskedYaml(*node, kChanges),
            "routes:\n  - match:\n      escalate: x\n"
            "a_configs:\n  - app_token: <secret>\n    c:\n      graphs: 1\n"
            "b_configs:\n  - other_token: <secret>\n"
            "graphs: 2\n");
}

}  // namespace
}  // namespace sidewatch::config
