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
        Case{"Quoted", "a: \"1\"\nb: 1\n", "a: \"1\"\nb: 1\n"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::config
