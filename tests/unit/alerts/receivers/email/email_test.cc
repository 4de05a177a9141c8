#include "alerts/receivers/email/email.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/receivers/common/graph.h"
#include "alerts/receivers/email/email_body.h"
#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

using Outcome = Delivery::Outcome;
using testing::HasSubstr;
using testing::Not;
using testkit::ReceiverFixture;

class EmailTest : public testing::Test {
 protected:
  Delivery Send(std::string_view extra = "",
                const Notification& notification = ReceiverFixture::Notification()) {
    return Make(extra)->Send(notification, {}, {});
  }

  std::unique_ptr<Receiver> Make(std::string_view extra = "") {
    config::Diagnostics diagnostics;
    const std::string yaml =
        "to: 'Ops <ops@example.org>, dba@example.org'\nfrom: sw@example.org\n"
        "smarthost: 'mail.example:25'\n" +
        std::string(extra);
    config::MapReader map(testkit::Yaml(yaml, diagnostics), diagnostics);
    auto receiver = kEmailSpec.create(map, config::Node(), fixture_.deps);
    map.Finish();
    EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
    return receiver;
  }

  std::string Mail() const { return fixture_.mails.back().second.text; }

  ReceiverFixture fixture_;
};

TEST_F(EmailTest, SendsAWholeMessage) {
  EXPECT_EQ(Send().outcome, Outcome::kDelivered);
  const auto& [server, message] = fixture_.mails.at(0);
  EXPECT_EQ(server.host, "mail.example");
  EXPECT_EQ(message.from, "sw@example.org");
  EXPECT_THAT(message.to, testing::ElementsAre("ops@example.org", "dba@example.org"));
  EXPECT_THAT(message.text, HasSubstr("From: sw@example.org\r\n"));
  EXPECT_THAT(message.text, HasSubstr("To: \"Ops\" <ops@example.org>,\r\n dba@example.org\r\n"));
  EXPECT_THAT(message.text, HasSubstr("Subject: [CRITICAL] DiskFull (3 alerts)\r\n"));
  EXPECT_THAT(message.text, HasSubstr("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
  EXPECT_THAT(message.text, HasSubstr("Message-Id: <"));
  EXPECT_THAT(message.text, HasSubstr("text/plain"));
  EXPECT_THAT(message.text, HasSubstr("text/html"));
}

TEST_F(EmailTest, MailsOfAGroupHaveACommonAncestor) {
  Send("threading: {enabled: true, thread_by_date: daily}");
  EXPECT_THAT(Mail(),
              HasSubstr("References: <alert-17c4e445d234645c-2023-11-14@alertmanager>\r\n"));
  EXPECT_THAT(Mail(),
              HasSubstr("In-Reply-To: <alert-17c4e445d234645c-2023-11-14@alertmanager>\r\n"));
  Send("threading: {enabled: true, thread_by_date: none}");
  EXPECT_THAT(Mail(), HasSubstr("References: <alert-17c4e445d234645c-@alertmanager>\r\n"));
  Send();
  EXPECT_THAT(Mail(), Not(HasSubstr("References:")));
}

TEST_F(EmailTest, LogsInWithWhatItIsGiven) {
  Send("auth_username: u\nauth_secret: cram\nauth_identity: i\nforce_implicit_tls: true");
  const net::SmtpOptions& server = fixture_.mails.at(0).first;
  EXPECT_EQ(server.secret.Load()->Reveal(), "cram");
  EXPECT_EQ(server.identity, "i");
  EXPECT_TRUE(server.password.empty());
  EXPECT_TRUE(server.implicit_tls);
}

TEST_F(EmailTest, TheSameNotificationHasTheSameId) {
  Send();
  const std::string first = Mail();
  fixture_.clock.Advance(std::chrono::minutes(0));
  Send();
  EXPECT_EQ(Mail(), first);
}

TEST_F(EmailTest, HeadersOfTheFileWin) {
  Send("headers: {subject: '{{s}}', x-team: größer}\ntext: 'plain {{t}}'\nhtml: ''");
  EXPECT_THAT(Mail(), HasSubstr("Subject: s:ops\r\n"));
  EXPECT_THAT(Mail(), HasSubstr("X-Team: =?UTF-8?B?Z3LDtsOfZXI=?=\r\n"));
  EXPECT_THAT(Mail(), HasSubstr("plain t:ops"));
  EXPECT_THAT(Mail(), Not(HasSubstr("text/html")));
}

TEST_F(EmailTest, ATemplateThatFailsDoesNotStopTheNews) {
  EXPECT_EQ(Send("headers: {Subject: '{{late}}'}").outcome, Outcome::kDelivered);
  EXPECT_THAT(Mail(), HasSubstr("Subject: [CRITICAL] DiskFull (3 alerts)\r\n"));
  EXPECT_THAT(Mail(), HasSubstr("\r\nA template failed: no such field\r\n"));
  EXPECT_THAT(Mail(), HasSubstr("<p>A template failed: no such field<br></p>\r\n</body>"));
}

struct ReplyCase {
  std::string name;
  Result<net::SmtpReply> reply;
  Outcome want = Outcome::kRetry;
};

class EmailReplyTest : public EmailTest, public testing::WithParamInterface<ReplyCase> {};

TEST_P(EmailReplyTest, IsJudged) {
  fixture_.mail_reply = GetParam().reply;
  EXPECT_EQ(Send().outcome, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    EmailReplyTest,
    testing::Values(ReplyCase{"Queued", net::SmtpReply{250, "ok"}, Outcome::kDelivered},
                    ReplyCase{"Greylisted", net::SmtpReply{450, "later"}, Outcome::kRetry},
                    ReplyCase{"NoSuchUser", net::SmtpReply{550, "no"}, Outcome::kRefused},
                    ReplyCase{"Down", Fail(ErrorCode::kUnavailable, "down"), Outcome::kRetry},
                    ReplyCase{"Login", Fail(ErrorCode::kPermissionDenied, "no"), Outcome::kRetry},
                    ReplyCase{"NoTls", Fail(ErrorCode::kUnavailable, "no"), Outcome::kRetry},
                    ReplyCase{"CaFile", Fail(ErrorCode::kInvalidArgument, "x"), Outcome::kRetry}),
    [](const auto& row) { return row.param.name; });

TEST_F(EmailTest, WhoIsGoneKeepsNothingFromTheOthers) {
  fixture_.mail_reply = net::SmtpReply{250, "ok", {{"dba@example.org", 550, "550 no such user"}}};
  const Delivery delivery = Send();
  EXPECT_EQ(delivery.outcome, Outcome::kDelivered);
  EXPECT_EQ(delivery.answer, "250 ok; not taken for dba@example.org: 550 no such user");
  EXPECT_EQ(delivery.warning, "not taken for dba@example.org: 550 no such user");
}

TEST_F(EmailTest, WhoIsRefusedForNowGetsItLaterAndTheOthersNotAgain) {
  const auto receiver = Make();
  const auto send = [&](const Notification& notification) {
    return receiver->Send(notification, {}, {}).outcome;
  };
  fixture_.mail_reply = net::SmtpReply{250, "ok", {{"dba@example.org", 451, "451 later"}}};
  Notification notification = ReceiverFixture::Notification();
  EXPECT_EQ(send(notification), Outcome::kRetry);
  EXPECT_EQ(send(notification), Outcome::kRetry);
  fixture_.mail_reply = net::SmtpReply{250, "ok"};
  EXPECT_EQ(send(notification), Outcome::kDelivered);
  EXPECT_THAT(fixture_.mails.at(1).second.to, testing::ElementsAre("dba@example.org"));
  EXPECT_THAT(fixture_.mails.at(2).second.to, testing::ElementsAre("dba@example.org"));
  notification.at += std::chrono::minutes(1);
  EXPECT_EQ(send(notification), Outcome::kDelivered);
  EXPECT_THAT(fixture_.mails.at(3).second.to,
              testing::ElementsAre("ops@example.org", "dba@example.org"));
}

TEST_F(EmailTest, ANewerStateIsForAllAgain) {
  const auto receiver = Make();
  fixture_.mail_reply = net::SmtpReply{250, "ok", {{"dba@example.org", 451, "451 later"}}};
  Notification notification = ReceiverFixture::Notification();
  receiver->Send(notification, {}, {});
  notification.at += std::chrono::minutes(1);
  receiver->Send(notification, {}, {});
  EXPECT_THAT(fixture_.mails.at(1).second.to, testing::SizeIs(2));
}

/// A page of one's own with 500 bytes an alert.
class LongRenderer final : public Renderer {
 public:
  Status Check(std::string_view /*text*/) const override { return {}; }

  Result<std::string> Render(std::string_view text,
                             TextFlavor /*flavor*/,
                             const Notification& notification) const override {
    if (text != "{{long}}") {
      return std::string(text);
    }
    if (notification.alerts.size() > 2000) {
      return Fail(ErrorCode::kLimitExceeded, "too long");
    }
    std::string page = "<html><body>";
    for (std::size_t i = 0; i < notification.alerts.size(); ++i) {
      page += fmt::format("alert{:04}{}\n", i, std::string(490, 'x'));
    }
    return page + "</body></html>";
  }
};

TEST_F(EmailTest, OnesOwnPageIsCutByWholeAlerts) {
  fixture_.deps.renderer = std::make_shared<LongRenderer>();
  fixture_.deps.external_url = "";
  Notification notification = ReceiverFixture::Notification(1, 0);
  notification.alerts.resize(3000, notification.alerts.front());
  EXPECT_EQ(Send("text: plain\nhtml: '{{long}}'", notification).outcome, Outcome::kDelivered);
  // 204 times 500 bytes, and the frame.
  EXPECT_LT(Mail().size(), 110'000U);
  EXPECT_THAT(Mail(), HasSubstr("alert0203"));
  EXPECT_THAT(Mail(), Not(HasSubstr("alert0204")));
  EXPECT_THAT(Mail(), HasSubstr("<p>+2796 more</p>\r\n</body></html>"));
  EXPECT_THAT(Mail(), Not(HasSubstr("A template failed")));
}

TEST_F(EmailTest, ShowsNoMoreThanWanted) {
  Notification notification = ReceiverFixture::Notification();
  notification.max_shown = 1;
  Send("", notification);
  EXPECT_THAT(Mail(), HasSubstr("=E2=80=A6 and 2 more"));
  EXPECT_THAT(Mail(), HasSubstr("2 firing, 1 resolved"));
  Send("text: mine", notification);
  EXPECT_THAT(Mail(), HasSubstr("mine\r\n+2 more: http://sw.example:9847/"));
}

TEST(EmailBody, EscapesEveryText) {
  const ReceiverFixture fixture;
  const std::string html =
      DefaultMailHtml(Summarize(fixture.Notification(), fixture.deps), "http://x/?a=1&b=2");
  EXPECT_THAT(html, HasSubstr("disk is full &amp; &lt;b&gt;hot&lt;/b&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<b>hot")));
  EXPECT_THAT(html, HasSubstr("href=\"http://x/?a=1&amp;b=2\""));
  EXPECT_THAT(html, HasSubstr("background:#c53030"));
  EXPECT_THAT(html, HasSubstr("2 firing, 1 resolved"));
}

TEST(EmailBody, LinksOnlyToTheWeb) {
  const ReceiverFixture fixture;
  Notification notification = fixture.Notification(1, 0);
  notification.alerts[0].annotations = {{"runbook_url", "javascript:alert(1)"}};
  const std::string html = DefaultMailHtml(Summarize(notification, fixture.deps), "");
  EXPECT_THAT(html, Not(HasSubstr("javascript")));
}

TEST_F(EmailTest, ShowsHowTheValueMoved) {
  fixture_.deps.trend = [](const Alert&, TimePoint) {
    return Trend{
        .values = {12, 40, 95}, .span = std::chrono::hours(1), .limit = Trend::Limit{">", 90}};
  };
  Send();
  EXPECT_THAT(Mail(), HasSubstr("Content-Type: multipart/related"));
  EXPECT_THAT(Mail(),
              HasSubstr("Content-Type: image/png\r\nContent-Disposition: inline\r\n"
                        "Content-ID: <graph0."));
  EXPECT_THAT(Mail(), HasSubstr("\r\niVBORw0KGgo"));
  EXPECT_THAT(Mail(), HasSubstr("Last hour:"));
  Send("graphs: false");
  EXPECT_THAT(Mail(), Not(HasSubstr("Last hour")));
  EXPECT_THAT(Mail(), Not(HasSubstr("image/png")));
  Send("html: '<p>mine</p>'");
  EXPECT_THAT(Mail(), Not(HasSubstr("image/png")));
}

TEST(DrawGraph, IsAPictureUnlessNothingIsKnown) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const std::string png = DrawGraph({.values = {kNone, 1, 5, kNone, 2}, .limit = {}});
  EXPECT_TRUE(png.starts_with("\x89PNG\r\n"));
  EXPECT_LT(png.size(), 8000U);
  EXPECT_EQ(DrawGraph({.values = {kNone}, .limit = {}}), "");
}

TEST(EmailBody, PlainTextSaysEverything) {
  ReceiverFixture fixture;
  fixture.deps.external_url = "http://x";
  fixture.deps.ack_url = [](const Notification& /*notification*/) {
    return "http://x/ack?a";
  };
  EXPECT_EQ(DefaultMailText(Summarize(fixture.Notification(1, 0), fixture.deps), "http://x"),
            "[CRITICAL] DiskFull: disk is full & <b>hot</b>\n"
            "1 firing\n"
            "\n"
            "  Service:     shop\n"
            "  Environment: production\n"
            "\n"
            "disk is full & <b>hot</b>\n"
            "  Only 3 % left.\n"
            "  Where:       a:1\n"
            "  Since:       2023-11-14 22:13:20 UTC (for 5m)\n"
            "  Value:       97\n"
            "\n"
            "Acknowledge: http://x/ack?a\n"
            "Silence: http://x/#/silences/new?filter=%7Balertname%3D%22DiskFull%22%2C"
            "instance%3D%22a%3A1%22%2Cservice%3D%22shop%22%2Cseverity%3D%22critical%22%7D\n"
            "All alerts: http://x\n");
}

}  // namespace
}  // namespace sidewatch::alerts
