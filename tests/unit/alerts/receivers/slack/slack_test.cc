#include "alerts/receivers/slack/slack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;
using Outcome = Delivery::Outcome;
using testkit::ReceiverFixture;

class SlackTest : public testing::Test {
 protected:
  std::unique_ptr<Receiver> Make(std::string_view yaml, std::string_view global = "{}") {
    config::Diagnostics diagnostics;
    config::MapReader map(testkit::Yaml(yaml, diagnostics), diagnostics);
    auto receiver = kSlackSpec.create(map, testkit::Yaml(global, diagnostics), fixture_.deps);
    map.Finish();
    EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
    return receiver;
  }

  Delivery Send(std::string_view yaml,
                const Notification& notification = ReceiverFixture::Notification()) {
    return Make(yaml)->Send(notification, {}, {});
  }

  Json Body() const { return Json::parse(fixture_.tape->calls.at(0).body); }

  Json Attachment() const { return Body().at("attachments").at(0); }

  ReceiverFixture fixture_;
};

TEST_F(SlackTest, PostsToTheWebhook) {
  const Delivery delivery = Send("{api_url: 'http://hook.example/x', channel: '#ops'}");
  EXPECT_EQ(delivery.outcome, Outcome::kDelivered);
  const net::HttpCall& call = fixture_.tape->calls.at(0);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "http://hook.example/x");
  EXPECT_EQ(Body()["channel"], "#ops");
  EXPECT_EQ(Body()["username"], "sidewatch");
}

struct LookCase {
  std::string name;
  std::string severity;
  bool resolved = false;
  std::string color;
  std::string title;
};

class SlackLookTest : public SlackTest, public testing::WithParamInterface<LookCase> {};

TEST_P(SlackLookTest, FollowsTheSeverity) {
  Notification notification = ReceiverFixture::Notification(1, 0);
  Alert& alert = notification.alerts[0];
  alert.labels = LabelSetBuilder(alert.labels).Set("severity", GetParam().severity).Build();
  if (GetParam().resolved) {
    alert.ends_at = notification.at;
  }
  Send("api_url: 'http://s'", notification);
  EXPECT_EQ(Attachment()["color"], GetParam().color);
  EXPECT_EQ(Attachment()["title"],
            GetParam().title + " DiskFull: disk is full &amp; &lt;b&gt;hot&lt;/b&gt;");
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SlackLookTest,
    testing::Values(
        LookCase{"Critical", "critical", false, "danger", ":rotating_light: [CRITICAL]"},
        LookCase{"Warning", "warning", false, "warning", ":warning: [WARNING]"},
        LookCase{"Info", "info", false, "good", ":information_source: [INFO]"},
        LookCase{"None", "", false, "good", ":information_source: [INFO]"},
        LookCase{"Resolved", "critical", true, "good", ":white_check_mark: [RESOLVED]"}),
    [](const auto& row) { return row.param.name; });

TEST_F(SlackTest, OurOwnMessageSaysEverything) {
  Send("api_url: 'http://s'");
  const Json attachment = Attachment();
  EXPECT_EQ(attachment["title_link"], "http://sw.example:9847/#/alerts?receiver=ops");
  EXPECT_EQ(attachment["fallback"],
            "[CRITICAL] DiskFull (3 alerts) | http://sw.example:9847/#/alerts?receiver=ops");
  EXPECT_THAT(attachment["text"].get<std::string>(),
              testing::StartsWith(":rotating_light: *disk is full &amp; &lt;b&gt;hot&lt;/b&gt;*\n"
                                  "Only 3 % left.\n"
                                  "• *Where:* a:1\n"
                                  "• *Since:* 2023-11-14 22:13:20 UTC (for 5m)\n"
                                  "• *Value:* 97\n"
                                  ":warning: *"));
  EXPECT_EQ(attachment["fields"], Json::parse(R"([{"title":"Service","value":"shop","short":true},
                            {"title":"Environment","value":"production","short":true}])"));
  EXPECT_EQ(attachment["mrkdwn_in"], Json::parse(R"(["fallback","pretext","text"])"));
}

TEST_F(SlackTest, TheFilesMessageIsTheFiles) {
  Send(R"(
api_url: 'http://s'
username: me
icon_emoji: ':bell:'
link_names: true
title: '{{x}}'
text: plain
color: '#123456'
short_fields: true
fields: [{title: a, value: '{{y}}'}, {title: b, value: c, short: false}]
actions: [{type: button, text: Go, url: 'http://r', style: primary, confirm: {text: sure}}]
mrkdwn_in: [text]
fallback: fb
pretext: pre
footer: foot
)");
  EXPECT_EQ(Body(), Json::parse(R"({"username":"me","icon_emoji":":bell:","link_names":true,
    "attachments":[{"title":"x:ops","title_link":"http://sw.example:9847/#/alerts?receiver=ops",
      "pretext":"pre","text":"plain","fallback":"fb","callback_id":"",
      "fields":[{"title":"a","value":"y:ops","short":true},{"title":"b","value":"c","short":false}],
      "actions":[{"type":"button","text":"Go","url":"http://r","style":"primary",
                  "confirm":{"text":"sure"}}],
      "footer":"foot","color":"#123456","mrkdwn_in":["text"]}]})"));
}

TEST_F(SlackTest, ATemplateThatFailsDoesNotStopTheNews) {
  const Delivery delivery = Send("{api_url: 'http://s', title: '{{late}}', text: hello}");
  EXPECT_EQ(delivery.outcome, Outcome::kDelivered);
  EXPECT_EQ(Attachment()["title"], ":rotating_light: [CRITICAL] DiskFull (3 alerts)");
  EXPECT_EQ(Attachment()["text"], "hello\n_A template failed: no such field_");
}

TEST_F(SlackTest, LabelsThatAreNotUtf8AreSentAsFarAsTheyGo) {
  Notification notification = ReceiverFixture::Notification(1, 0);
  notification.alerts[0].annotations = {{"summary",
                                         "a\xff"
                                         "b"}};
  EXPECT_EQ(Send("api_url: 'http://s'", notification).outcome, Outcome::kDelivered);
  EXPECT_THAT(Attachment()["text"].get<std::string>(),
              testing::HasSubstr("a\xef\xbf\xbd"
                                 "b"));
}

TEST_F(SlackTest, ASecretThatIsMissingIsTriedAgain) {
  const Delivery delivery = Send("api_url_file: /nonexistent/slack");
  EXPECT_EQ(delivery.outcome, Outcome::kRetry);
  EXPECT_THAT(delivery.answer, testing::HasSubstr("/nonexistent/slack"));
  EXPECT_TRUE(fixture_.tape->calls.empty());
}

constexpr std::string_view kRemembered = R"({"channel":"C1","ts":"1.2"})";

struct FollowUpCase {
  std::string name;
  std::string options;
  std::vector<std::string> replies;
  std::vector<std::string> want_calls;  ///< End of the URL, channel, ts, thread_ts.
  std::optional<std::string> want_data;
};

class SlackFollowUpTest : public SlackTest, public testing::WithParamInterface<FollowUpCase> {};

TEST_P(SlackFollowUpTest, GoesToTheFirstMessage) {
  for (const std::string& reply : GetParam().replies) {
    fixture_.tape->replies.push_back(net::HttpReply{200, {}, reply});
  }
  Notification notification = ReceiverFixture::Notification(0, 1);
  notification.receiver_data = kRemembered;
  const Delivery delivery =
      Send("{app_token: t, app_url: 'http://s/api/chat.postMessage', channel: '#ops', " +
               GetParam().options + "}",
           notification);
  EXPECT_EQ(delivery.outcome, Outcome::kDelivered) << delivery.answer;
  EXPECT_EQ(delivery.receiver_data, GetParam().want_data);
  std::vector<std::string> calls;
  for (const net::HttpCall& call : fixture_.tape->calls) {
    const Json body = Json::parse(call.body);
    calls.push_back(call.url.substr(call.url.rfind('/') + 1) + " " + body.value("channel", "-") +
                    " " + body.value("ts", "-") + " " + body.value("thread_ts", "-"));
  }
  EXPECT_EQ(calls, GetParam().want_calls);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SlackFollowUpTest,
    testing::Values(
        FollowUpCase{"None", "link_names: true", {}, {"chat.postMessage #ops - -"}, {}},
        FollowUpCase{"Update", "update_message: true", {}, {"chat.update C1 1.2 -"}, {}},
        FollowUpCase{
            "Thread", "post_updates_to_thread: true", {}, {"chat.postMessage C1 - 1.2"}, {}},
        FollowUpCase{"Both",
                     "update_message: true, post_updates_to_thread: true",
                     {},
                     {"chat.update C1 1.2 -", "chat.postMessage C1 - 1.2"},
                     {}},
        FollowUpCase{"DeletedMeanwhile",
                     "update_message: true",
                     {R"({"ok":false,"error":"message_not_found"})",
                      R"({"ok":true,"channel":"C2","ts":"3.4"})"},
                     {"chat.update C1 1.2 -", "chat.postMessage #ops - -"},
                     R"({"channel":"C2","ts":"3.4"})"},
        FollowUpCase{"ThreadIsGone",
                     "post_updates_to_thread: true",
                     {R"({"ok":false,"error":"thread_not_found"})",
                      R"({"ok":true,"channel":"C2","ts":"3.4"})"},
                     {"chat.postMessage C1 - 1.2", "chat.postMessage #ops - -"},
                     R"({"channel":"C2","ts":"3.4"})"},
        FollowUpCase{
            "TakesNoReplies",
            "update_message: true, post_updates_to_thread: true",
            {R"({"ok":true,"channel":"C1","ts":"1.2"})",
             R"({"ok":false,"error":"cannot_reply_to_message"})",
             R"({"ok":true,"channel":"C2","ts":"3.4"})"},
            {"chat.update C1 1.2 -", "chat.postMessage C1 - 1.2", "chat.postMessage #ops - -"},
            R"({"channel":"C2","ts":"3.4"})"}),
    [](const auto& row) { return row.param.name; });

TEST_F(SlackTest, TheFirstMessageIsRemembered) {
  fixture_.tape->replies.push_back(
      net::HttpReply{200, {}, R"({"ok":true,"channel":"C1","ts":"1.2"})"});
  EXPECT_EQ(Send("{bot_token: t, channel: '#ops', update_message: true}").receiver_data,
            kRemembered);
}

TEST_F(SlackTest, TooManyAlertsAreCutByWholeAlerts) {
  Notification notification = ReceiverFixture::Notification(1, 0);
  notification.alerts[0].annotations = {{"summary", std::string(500, 'x')}};
  notification.alerts.resize(60, notification.alerts[0]);
  Send("api_url: 'http://s'", notification);
  const auto text = Attachment()["text"].get<std::string>();
  EXPECT_LE(text.size(), 7500U);
  EXPECT_THAT(text, testing::HasSubstr("<http://sw.example:9847/#/alerts?receiver=ops|+4"));
  EXPECT_THAT(text, testing::HasSubstr(" more>\n<http://sw.example:9847/#/silences/new?filter="));
  EXPECT_THAT(text, testing::EndsWith("|Silence>\n"));
}

constexpr char kPlace[] = R"({"ok":true,"upload_url":"https://up.example/1","file_id":"F1"})";
constexpr char kOk[] = R"({"ok":true,"channel":"C1","ts":"1.2"})";

struct PictureCase {
  std::string name;
  std::vector<std::string> replies;
  std::vector<std::string> want_calls;  ///< End of the URL, and + if the message has a picture.
  std::string want_data;
};

class SlackPictureTest : public SlackTest, public testing::WithParamInterface<PictureCase> {};

TEST_P(SlackPictureTest, IsUploadedBeforeTheMessage) {
  for (const std::string& reply : GetParam().replies) {
    fixture_.tape->replies.push_back(net::HttpReply{200, {}, reply});
  }
  fixture_.deps.trend = [](const Alert& /*alert*/, TimePoint /*until*/) {
    return Trend{.values = {1, 2, 3}, .span = std::chrono::hours(1), .limit = {}};
  };
  const Delivery delivery = Send("{bot_token: t, channel: '#ops', update_message: true}");
  EXPECT_EQ(delivery.outcome, Outcome::kDelivered) << delivery.answer;
  std::vector<std::string> calls;
  for (const net::HttpCall& call : fixture_.tape->calls) {
    const bool has_picture = call.body.find(R"("slack_file":{"id":"F1"})") != std::string::npos;
    calls.push_back(call.url.substr(call.url.rfind('/') + 1) + (has_picture ? "+" : ""));
  }
  EXPECT_EQ(calls, GetParam().want_calls);
  EXPECT_EQ(delivery.receiver_data, GetParam().want_data);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SlackPictureTest,
    testing::Values(
        PictureCase{"Taken",
                    {kPlace, "OK", R"({"ok":true})", kOk},
                    {"files.getUploadURLExternal",
                     "1",
                     "files.completeUploadExternal",
                     "chat.postMessage+"},
                    R"({"channel":"C1","ts":"1.2","picture":true})"},
        PictureCase{"NoRight",
                    {R"({"ok":false,"error":"missing_scope"})", kOk},
                    {"files.getUploadURLExternal", "chat.postMessage"},
                    std::string(kRemembered)},
        PictureCase{
            "NotCompleted",
            {kPlace, "OK", R"({"ok":false,"error":"file_not_found"})", kOk},
            {"files.getUploadURLExternal", "1", "files.completeUploadExternal", "chat.postMessage"},
            std::string(kRemembered)},
        PictureCase{
            "NotKnownYet",
            {kPlace, "OK", R"({"ok":true})", R"({"ok":false,"error":"invalid_blocks"})", kOk},
            {"files.getUploadURLExternal",
             "1",
             "files.completeUploadExternal",
             "chat.postMessage+",
             "chat.postMessage"},
            std::string(kRemembered)}),
    [](const auto& row) { return row.param.name; });

TEST_F(SlackTest, TheTextStaysAboveThePicture) {
  for (const char* reply : {kPlace, "OK", R"({"ok":true})", kOk}) {
    fixture_.tape->replies.push_back(net::HttpReply{200, {}, reply});
  }
  fixture_.deps.trend = [](const Alert& /*alert*/, TimePoint /*until*/) {
    return Trend{.values = {1, 2, 3}, .span = std::chrono::hours(1), .limit = {}};
  };
  Send("{bot_token: t, channel: '#ops', message_text: '" + std::string(4000, 'x') + "'}");
  const Json message = Json::parse(fixture_.tape->calls.at(3).body);
  ASSERT_EQ(message.at("blocks").size(), 2U);
  const Json& section = message["blocks"][0];
  EXPECT_EQ(section["type"], "section");
  EXPECT_EQ(section["text"]["type"], "mrkdwn");
  EXPECT_EQ(section["text"]["text"], std::string(2999, 'x') + "…");
  EXPECT_EQ(message["blocks"][1]["type"], "image");
}

TEST_F(SlackTest, ABotWithoutTheRightIsNotAskedAgain) {
  fixture_.tape->replies.push_back(
      net::HttpReply{200, {}, R"({"ok":false,"error":"missing_scope"})"});
  fixture_.deps.trend = [](const Alert& /*alert*/, TimePoint /*until*/) {
    return Trend{.values = {1, 2, 3}, .span = std::chrono::hours(1), .limit = {}};
  };
  const auto receiver = Make("{bot_token: t, channel: '#ops'}");
  receiver->Send(ReceiverFixture::Notification(), {}, {});
  EXPECT_EQ(fixture_.tape->calls.size(), 2U);
  receiver->Send(ReceiverFixture::Notification(), {}, {});
  EXPECT_EQ(fixture_.tape->calls.size(), 3U);
}

TEST_F(SlackTest, AChangedMessageLosesItsPicture) {
  Notification notification = ReceiverFixture::Notification(0, 1);
  notification.receiver_data = R"({"channel":"C1","ts":"1.2","picture":true})";
  Send("{bot_token: t, channel: '#ops', update_message: true}", notification);
  EXPECT_EQ(Body().at("blocks"), Json::array());
}

TEST_F(SlackTest, ThePictureGoesWithoutTheToken) {
  fixture_.tape->replies.push_back(net::HttpReply{200, {}, kPlace});
  fixture_.deps.trend = [](const Alert& /*alert*/, TimePoint /*until*/) {
    return Trend{.values = {1, 2, 3}, .span = std::chrono::hours(1), .limit = {}};
  };
  Send("{bot_token: t0k3n, channel: '#ops'}");
  ASSERT_EQ(fixture_.tape->options.size(), 3U);
  EXPECT_FALSE(fixture_.tape->options[1].authorization.empty());
  EXPECT_TRUE(fixture_.tape->options[2].authorization.empty());
  EXPECT_THAT(fixture_.tape->calls.at(1).body, testing::StartsWith("\x89PNG"));
}

TEST_F(SlackTest, ABotsReplyIsRead) {
  fixture_.tape->replies.push_back(
      net::HttpReply{200, {}, R"({"ok":false,"error":"not_in_channel"})"});
  fixture_.tape->replies.push_back(
      net::HttpReply{200, {}, R"({"ok":false,"error":"internal_error"})"});
  fixture_.tape->replies.push_back(net::HttpReply{200, {}, R"({"ok":true})"});
  const auto receiver = Make("{app_token: t0k3n, channel: '#ops'}");
  const Delivery refused = receiver->Send(ReceiverFixture::Notification(), {}, {});
  EXPECT_EQ(refused.outcome, Outcome::kRefused);
  EXPECT_EQ(refused.answer, "Slack answered error \"not_in_channel\"");
  EXPECT_EQ(receiver->Send(ReceiverFixture::Notification(), {}, {}).outcome, Outcome::kRetry);
  EXPECT_EQ(receiver->Send(ReceiverFixture::Notification(), {}, {}).outcome, Outcome::kDelivered);
  EXPECT_EQ(fixture_.tape->calls[0].url, "https://slack.com/api/chat.postMessage");
  EXPECT_EQ(fixture_.tape->options.at(0).authorization.Load()->Reveal(), "t0k3n");
}

}  // namespace
}  // namespace sidewatch::alerts
