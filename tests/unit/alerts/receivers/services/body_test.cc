#include <gmock/gmock.h>

#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/template_renderer.h"
#include "tests/unit/alerts/receivers/services/service_fixture.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testkit::ReceiverFixture;

/// A group of many alerts with long texts.
Notification Crowd(std::size_t count, std::size_t text_size = 200) {
  Notification notification = ReceiverFixture::Notification(1, 0);
  const Alert one = notification.alerts.front();
  notification.alerts.clear();
  for (std::size_t i = 0; i < count; ++i) {
    Alert alert = one;
    alert.labels =
        LabelSetBuilder(one.labels).Set("instance", fmt::format("host{:05}:1", i)).Build();
    alert.annotations = {{"summary", "it’s full " + std::string(text_size, 'x')}};
    notification.alerts.push_back(std::move(alert));
  }
  return notification;
}

class ServiceBodyTest : public testing::Test {
 protected:
  ServiceBodyTest() {
    services_.fixture.deps.renderer =
        *MakeTemplateRenderer({}, services_.fixture.clock, services_.fixture.deps.external_url);
  }

  Json BodyOf(std::string_view key, std::string_view yaml, const Notification& notification) {
    EXPECT_EQ(services_.Send(key, yaml, notification).outcome, Delivery::Outcome::kDelivered);
    return services_.Body();
  }

  ServiceFixture services_;
};

TEST_F(ServiceBodyTest, WebhookSendsTheFirstAlertsAndCountsTheRest) {
  Notification notification = Crowd(5);
  notification.max_shown = 2;
  const Json body = BodyOf("webhook_configs", "url: 'http://w'", notification);
  EXPECT_EQ(body["alerts"].size(), 2);
  EXPECT_EQ(body["truncatedAlerts"], 3);
  EXPECT_EQ(body["version"], "4");
  EXPECT_EQ(body["groupKey"], R"({}:{alertname="DiskFull"})");
}

struct MostCase {
  std::string name;
  std::string key;
  std::string yaml;
};

class ServiceMostTest : public ServiceBodyTest, public testing::WithParamInterface<MostCase> {};

TEST_P(ServiceMostTest, ShowsNoMoreThanWanted) {
  Notification notification = Crowd(5);
  notification.max_shown = 2;
  for (std::size_t i = 0; i < 5; ++i) {
    notification.alerts[i].annotations = {{"summary", fmt::format("alert-{}.", i)}};
  }
  services_.Send(GetParam().key, GetParam().yaml, notification);
  const std::string body = services_.fixture.tape->calls.at(0).body;
  EXPECT_NE(body.find("alert-1."), std::string::npos) << body;
  EXPECT_EQ(body.find("alert-2."), std::string::npos) << body;
  const bool says = body.find("+3 more") != std::string::npos;
  EXPECT_EQ(says, GetParam().key != "alertmanager_configs") << body;
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ServiceMostTest,
    testing::Values(MostCase{"Slack", "slack_configs", "api_url: 'http://s'"},
                    MostCase{"Pagerduty", "pagerduty_configs", "routing_key: k"},
                    MostCase{"Discord", "discord_configs", "webhook_url: 'http://d/x'"},
                    MostCase{"Telegram", "telegram_configs", "{chat_id: 1, bot_token: t}"},
                    MostCase{"Teams", "msteamsv2_configs", "webhook_url: 'http://t'"},
                    MostCase{"Alertmanager", "alertmanager_configs", "urls: ['http://a']"}),
    [](const auto& row) { return row.param.name; });

TEST_F(ServiceBodyTest, WebhookPayloadIsTheUsers) {
  const Json body = BodyOf("webhook_configs",
                           R"(
url: 'http://w'
payload:
  status: '{{ .Status }}'
  count: '{{ len .Alerts }}'
  labels: '{{ .CommonLabels | toJson }}'
  list: [1, true, null, 'plain {{ .Receiver }}']
)",
                           ReceiverFixture::Notification(2, 0));
  EXPECT_EQ(body, Json::parse(R"({"status":"firing","count":2,
                "labels":{"alertname":"DiskFull","service":"shop"},
                "list":[1,true,null,"plain ops"]})"));
}

TEST_F(ServiceBodyTest, WebhookUrlMayBeATemplate) {
  services_.Send("webhook_configs",
                 "url: 'http://w/{{ .CommonLabels.service }}'",
                 ReceiverFixture::Notification());
  EXPECT_EQ(services_.fixture.tape->calls.at(0).url, "http://w/shop");
}

TEST_F(ServiceBodyTest, AlertmanagersAreAllTold) {
  BodyOf("alertmanager_configs",
         "{urls: ['http://a', 'http://b/am/'], expire_after: 1h}",
         ReceiverFixture::Notification(1, 1));
  ASSERT_EQ(services_.fixture.tape->calls.size(), 2);
  EXPECT_EQ(services_.fixture.tape->calls[0].url, "http://a/api/v2/alerts");
  EXPECT_EQ(services_.fixture.tape->calls[1].url, "http://b/am/api/v2/alerts");
  const Json body = services_.Body(1);
  ASSERT_EQ(body.size(), 2);
  EXPECT_EQ(body[0]["labels"]["instance"], "a:1");
  EXPECT_EQ(body[0]["startsAt"], "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(body[0]["endsAt"], "2023-11-14T23:18:20.000Z") << "an hour after the flush";
  EXPECT_EQ(body[1]["endsAt"], "2023-11-14T22:17:20.000Z") << "when it was resolved";
}

TEST_F(ServiceBodyTest, PagerdutyTakesEveryKey) {
  const Json body = BodyOf("pagerduty_configs",
                           R"(
routing_key: k
client: c
client_url: 'http://c'
description: d
severity: '{{ .CommonLabels.severity }}'
source: s
class: cl
component: co
group: g
details: {num_firing: none, extra: '{{ .Receiver }}'}
images: [{src: 'http://i', alt: a, href: 'http://h'}, {src: ''}]
links: [{href: 'http://l', text: t}]
)",
                           ReceiverFixture::Notification(1, 0));
  EXPECT_EQ(body["payload"]["severity"], "critical");
  EXPECT_EQ(body["payload"]["source"], "s");
  EXPECT_EQ(body["payload"]["class"], "cl");
  EXPECT_EQ(body["payload"]["component"], "co");
  EXPECT_EQ(body["payload"]["group"], "g");
  EXPECT_EQ(body["payload"]["custom_details"]["num_firing"], "none");
  EXPECT_EQ(body["payload"]["custom_details"]["num_resolved"], 0);
  EXPECT_EQ(body["payload"]["custom_details"]["extra"], "ops");
  EXPECT_EQ(body["images"], Json::parse(R"([{"src":"http://i","alt":"a","href":"http://h"}])"));
  EXPECT_EQ(body["links"], Json::parse(R"([{"href":"http://l","text":"t"}])"));
  EXPECT_EQ(services_.fixture.tape->calls.at(0).url, "https://events.pagerduty.com/v2/enqueue");
}

TEST_F(ServiceBodyTest, PagerdutyVersion1) {
  const Json body =
      BodyOf("pagerduty_configs", "service_key: k", ReceiverFixture::Notification(0, 1));
  EXPECT_EQ(body["service_key"], "k");
  EXPECT_EQ(body["event_type"], "resolve");
  EXPECT_EQ(body["incident_key"].get<std::string>().size(), 64);
  EXPECT_EQ(body["details"]["num_resolved"], 1);
  EXPECT_FALSE(body.contains("client"));
}

TEST_F(ServiceBodyTest, PagerdutyTooLargeShowsTheFirstAlertsAndAllCounts) {
  const Json body = BodyOf("pagerduty_configs", "routing_key: k", Crowd(3000));
  const Json& details = body["payload"]["custom_details"];
  EXPECT_LE(services_.fixture.tape->calls.at(0).body.size(), kPagerdutyBody.max);
  ASSERT_TRUE(details["firing"].is_array());
  EXPECT_GT(details["firing"].size(), 500);
  EXPECT_EQ(details["num_firing"], 3000);
  EXPECT_EQ(details["not_shown"],
            fmt::format("+{} more: http://sw.example:9847/#/alerts?receiver=ops",
                        3000 - details["firing"].size()));
}

TEST_F(ServiceBodyTest, TelegramTakesEveryKey) {
  const Json body = BodyOf("telegram_configs",
                           R"(
bot_token: '123:abc'
chat_id: -5
message_thread_id: 7
disable_notifications: true
parse_mode: ''
message: '<{{ .Receiver }}>'
)",
                           ReceiverFixture::Notification());
  EXPECT_EQ(services_.fixture.tape->calls.at(0).url,
            "https://api.telegram.org/bot123:abc/sendMessage");
  EXPECT_EQ(body, Json::parse(R"({"chat_id":"-5","disable_web_page_preview":"true",
      "disable_notification":"true","message_thread_id":"7","text":"<ops>"})"));
}

struct CutCase {
  std::string name;
  std::string key;
  std::string yaml;
  std::string pointer;  ///< To the text in the body.
  TextLimit limit;
  bool whole_body = false;
};

class CutTest : public ServiceBodyTest, public testing::WithParamInterface<CutCase> {};

TEST_P(CutTest, TooManyAlertsAreCutByWholeAlerts) {
  const CutCase& c = GetParam();
  const Json body = BodyOf(c.key, c.yaml, Crowd(100));
  const auto text = body.at(Json::json_pointer(c.pointer)).get<std::string>();
  EXPECT_TRUE(Fits(c.whole_body ? services_.fixture.tape->calls.at(0).body : text, c.limit));
  std::size_t shown = 0;
  for (std::size_t at = text.find("xxx\n"); at != std::string::npos;
       at = text.find("xxx\n", at + 1)) {
    ++shown;
  }
  EXPECT_GT(shown, 3U);
  EXPECT_THAT(
      text,
      EndsWith(fmt::format("+{} more: http://sw.example:9847/#/alerts?receiver=ops", 100 - shown)));
}

TEST_P(CutTest, OneAlertTooLongIsStillTold) {
  const CutCase& c = GetParam();
  const Json body = BodyOf(c.key, c.yaml, Crowd(1, 600'000));
  const auto text = body.at(Json::json_pointer(c.pointer)).get<std::string>();
  EXPECT_TRUE(Fits(c.whole_body ? services_.fixture.tape->calls.at(0).body : text, c.limit));
  EXPECT_THAT(text, HasSubstr("DiskFull"));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         CutTest,
                         testing::Values(CutCase{"Discord",
                                                 "discord_configs",
                                                 "webhook_url: 'http://d'",
                                                 "/embeds/0/description",
                                                 kDiscordMessage},
                                         CutCase{"Telegram",
                                                 "telegram_configs",
                                                 "{bot_token: t, chat_id: 1}",
                                                 "/text",
                                                 kTelegramMessage},
                                         CutCase{"Teams",
                                                 "msteamsv2_configs",
                                                 "webhook_url: 'http://t'",
                                                 "/attachments/0/content/body/1/text",
                                                 kTeamsBody,
                                                 true}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
