#include <gmock/gmock.h>

#include "tests/unit/alerts/receivers/services/service_fixture.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using Outcome = Delivery::Outcome;
using testkit::ReceiverFixture;

struct Case {
  std::string name;
  std::string key;
  std::string yaml;
  net::HttpReply reply;
  Outcome want = Outcome::kDelivered;
  std::optional<Duration> want_retry_after = {};
};

class ServiceDeliveryTest : public testing::TestWithParam<Case> {};

TEST_P(ServiceDeliveryTest, FollowsTheReply) {
  ServiceFixture services;
  services.fixture.tape->replies = {GetParam().reply};
  const Delivery delivery =
      services.Send(GetParam().key, GetParam().yaml, ReceiverFixture::Notification());
  EXPECT_EQ(delivery.outcome, GetParam().want) << delivery.answer;
  EXPECT_EQ(delivery.retry_after, GetParam().want_retry_after);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ServiceDeliveryTest,
    testing::Values(
        Case{"Webhook", "webhook_configs", "url: 'http://w'", {204, {}, ""}},
        Case{"WebhookDown", "webhook_configs", "url: 'http://w'", {503, {}, ""}, Outcome::kRetry},
        Case{"WebhookNo", "webhook_configs", "url: 'http://w'", {404, {}, ""}, Outcome::kRefused},
        Case{"WebhookEmptyTemplate",
             "webhook_configs",
             "url: 'x{{y}}'",
             {200, {}, ""},
             Outcome::kRefused},
        Case{"WebhookFileMissing",
             "webhook_configs",
             "url_file: /nonexistent/url",
             {200, {}, ""},
             Outcome::kRetry},
        Case{"DiscordTooMany",
             "discord_configs",
             "webhook_url: 'http://d'",
             {429, {{"Retry-After", "7"}}, ""},
             Outcome::kRetry,
             7s},
        Case{"TelegramTooMany",
             "telegram_configs",
             "{bot_token: t, chat_id: 1}",
             {429, {}, R"({"ok":false,"error_code":429,"parameters":{"retry_after":35}})"},
             Outcome::kRetry,
             35s},
        Case{"PagerdutyBadKey",
             "pagerduty_configs",
             "routing_key: k",
             {400, {}, R"({"status":"invalid event"})"},
             Outcome::kRefused},
        Case{"PagerdutyV1TooMany",
             "pagerduty_configs",
             "service_key: k",
             {403, {}, ""},
             Outcome::kRetry},
        Case{"OneAlertmanagerIsEnough",
             "alertmanager_configs",
             "urls: ['http://a', 'http://b']",
             {500, {}, ""}},
        Case{"NoAlertmanager",
             "alertmanager_configs",
             "urls: ['http://a']",
             {500, {}, ""},
             Outcome::kRetry}),
    [](const auto& row) { return row.param.name; });

TEST(ServiceSecretTest, AServerThatEchoesThePathShowsNoSecret) {
  ServiceFixture services;
  services.fixture.tape->replies = {
      net::HttpReply{404, {}, "Cannot POST /hooks/t0ken-of-ours at all"}};
  const Delivery delivery = services.Send("discord_configs",
                                          "webhook_url: 'http://d/hooks/t0ken-of-ours'",
                                          ReceiverFixture::Notification());
  EXPECT_EQ(delivery.answer, "unexpected status code 404: Cannot POST /<secret> at all");
}

}  // namespace
}  // namespace sidewatch::alerts
