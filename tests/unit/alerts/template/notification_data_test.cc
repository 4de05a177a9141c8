#include "alerts/template/notification_data.h"

#include <gtest/gtest.h>

#include "alerts/template/default_templates.h"

namespace sidewatch::alerts::templates {
namespace {

Notification TwoAlerts() {
  Notification notification;
  notification.receiver = "web.hook";
  notification.at = FromUnixMillis(10'000);
  notification.reason = "first";
  notification.group_labels = LabelSet{{"alertname", "A"}};
  notification.alerts = {{.labels = LabelSet{{"alertname", "A"}, {"job", "j"}, {"x", "1"}},
                          .annotations = LabelSet{{"runbook", "r"}, {"summary", "one"}},
                          .starts_at = FromUnixMillis(1'000),
                          .ends_at = FromUnixMillis(99'000),
                          .updated_at = FromUnixMillis(1'000),
                          .generator_url = ""},
                         {.labels = LabelSet{{"alertname", "A"}, {"job", "j"}, {"x", "2"}},
                          .annotations = LabelSet{{"runbook", "r"}},
                          .starts_at = FromUnixMillis(1'000),
                          .ends_at = FromUnixMillis(2'000),
                          .updated_at = FromUnixMillis(1'000),
                          .generator_url = ""}};
  return notification;
}

struct Case {
  std::string name;
  std::string text;
  std::string want;
};

class NotificationDataTest : public testing::TestWithParam<Case> {};

TEST_P(NotificationDataTest, Shows) {
  const auto parsed = DefaultTemplates(Escaping::kNone).With("t", GetParam().text);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const auto got = parsed->Execute(MakeNotificationData(TwoAlerts(), "http://sw"));
  EXPECT_EQ(got.value_or("error"), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NotificationDataTest,
    testing::Values(
        Case{"Receiver", "{{.Receiver}}", R"(web\.hook)"},
        Case{"Status",
             "{{.Status}} {{range .Alerts}}{{.Status}} {{end}}",
             "firing firing resolved "},
        Case{"Common", "{{.CommonLabels}}|{{.CommonAnnotations}}", "alertname=A, job=j|runbook=r"},
        Case{"EndsAt", "{{range .Alerts}}{{.EndsAt.IsZero}} {{end}}", "true false "},
        Case{"Fingerprint", "{{len (index .Alerts 0).Fingerprint}}", "16"},
        Case{"Reason", "{{.NotificationReason}}", "first"},
        Case{"Subject", R"({{template "__subject" .}})", "[FIRING:1] A (j)"},
        Case{"IncidentTitle", R"({{template "incident.title" .}})", "[INCIDENT] j: A"},
        Case{"Incident",
             R"({{template "incident.text" .}})",
             "Service: j\nStatus: investigating, 1 firing\nStarted: 1970-01-01 00:00 UTC\n"
             "Impact: not known yet\nCurrent actions: the person on call is notified\n"
             "Next update: in business hours\n- one\n- A: resolved\n"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts::templates
