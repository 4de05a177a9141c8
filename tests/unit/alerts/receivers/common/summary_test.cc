#include "alerts/receivers/common/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

using testkit::ReceiverFixture;

TEST(Summarize, SaysWhatWhereAndSinceWhen) {
  const ReceiverFixture fixture;
  const NotificationSummary summary = Summarize(fixture.Notification(), fixture.deps);
  EXPECT_EQ(summary.Subject(), "[CRITICAL] DiskFull (3 alerts)");
  EXPECT_EQ(summary.service, "shop");
  EXPECT_EQ(summary.environment, "production");
  EXPECT_EQ(summary.firing_count, 2U);
  EXPECT_EQ(summary.resolved_count, 1U);
  ASSERT_EQ(summary.alerts.size(), 3U);
  EXPECT_EQ(summary.alerts[0].title, "disk is full & <b>hot</b>");
  EXPECT_EQ(summary.alerts[0].where, "a:1");
  EXPECT_EQ(summary.alerts[0].value, "97");
  EXPECT_EQ(summary.alerts[0].since, "2023-11-14 22:13:20 UTC (for 5m)");
  EXPECT_EQ(summary.alerts[2].since, "2023-11-14 22:13:20 UTC (lasted 4m)");
}

TEST(Summarize, TheSeverityIsTheWorstThatFires) {
  const ReceiverFixture fixture;
  Notification notification = fixture.Notification(2, 0);
  notification.alerts[0].ends_at = notification.at;
  EXPECT_EQ(Summarize(notification, fixture.deps).tag, "WARNING");
  notification.alerts[1].ends_at = notification.at;
  const NotificationSummary over = Summarize(notification, fixture.deps);
  EXPECT_EQ(over.tag, "RESOLVED");
  EXPECT_FALSE(over.firing);
}

TEST(Summarize, ASingleAlertsSubjectSaysWhat) {
  const ReceiverFixture fixture;
  Notification notification = fixture.Notification(1, 0);
  notification.alerts[0].annotations = {{"summary", "a\r\nBcc: all@example.org"}};
  EXPECT_EQ(Summarize(notification, fixture.deps).Subject(),
            "[CRITICAL] DiskFull: a  Bcc: all@example.org");
}

TEST(Summarize, CountsWhatItDoesNotShow) {
  const ReceiverFixture fixture;
  const NotificationSummary summary =
      Summarize(fixture.Notification(kMaxShownAlerts + 5, 0), fixture.deps);
  EXPECT_EQ(summary.alerts.size(), kMaxShownAlerts);
  EXPECT_EQ(summary.not_shown, 5U);
  EXPECT_EQ(summary.Subject(), "[CRITICAL] DiskFull (20 alerts)");
}

TEST(SeverityOf, KnowsTheWordsOfTeams) {
  const std::vector<std::pair<LabelSet, Severity>> rows = {
      {{{"severity", "critical"}}, Severity::kCritical},
      {{{"severity", "P1"}}, Severity::kCritical},
      {{{"priority", "P2"}}, Severity::kWarning},
      {{{"priority", "p3"}}, Severity::kInfo},
      {{{"priority", "P4"}}, Severity::kInfo},
      {{{"priority", "P1"}, {"severity", "warning"}}, Severity::kWarning},
      {{}, Severity::kInfo},
  };
  for (const auto& [labels, want] : rows) {
    EXPECT_EQ(SeverityOf(testkit::MakeAlert(labels)), want) << labels.ToString();
  }
}

TEST(CommonLabels, AreThoseOfAll) {
  EXPECT_EQ(CommonLabels(ReceiverFixture::Notification()),
            (LabelSet{{"alertname", "DiskFull"}, {"service", "shop"}}));
}

TEST(Shorten, CutsBetweenCodePoints) {
  EXPECT_EQ(Shorten("short", 5), "short");
  EXPECT_EQ(Shorten("äöüäöü", 9), "äöü…");
  EXPECT_EQ(Shorten("äöüäöü", 8), "äö…");
}

TEST(AlertsUrl, NamesTheReceiver) {
  const ReceiverFixture fixture;
  Notification notification = fixture.Notification();
  notification.receiver = "a b";
  EXPECT_EQ(AlertsUrl(notification, fixture.deps),
            "http://sw.example:9847/#/alerts?receiver=a%20b");
}

}  // namespace
}  // namespace sidewatch::alerts
