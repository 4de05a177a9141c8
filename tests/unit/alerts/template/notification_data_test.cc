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
  notification.alerts = {
      {.labels = LabelSet{{"alertname", "A"}, {"job", "j"}, {"x", "1"}},
       .annotations = LabelSet{{"empty", ""}, {"runbook", "r"}, {"summary", "one"}},
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
        Case{"Common",
             "{{.CommonLabels}}|{{.CommonAnnotations}}",
             "alertname=A, job=j|empty=, runbook=r"},
        Case{"EndsAt", "{{range .Alerts}}{{.EndsAt.IsZero}} {{end}}", "true false "},
        Case{"HoursLater",
             R"({{((index .Alerts 0).StartsAt.Add 28800e9).Format "15:04:05"}})",
             "08:00:01"},
        Case{"NanosecondsEarlier",
             "{{(index .Alerts 0).StartsAt.Add -1000000000}}",
             "1970-01-01 00:00:00 +0000 UTC"},
        Case{
            "MonthAndWeekdayAreNumbersWithNames",
            R"({{with (index .Alerts 0).StartsAt}}{{.Month}} {{printf "%02d" .Month}} {{.Weekday}} {{printf "%d" .Weekday}} {{eq .Month 1}}{{end}})",
            "January 01 Thursday 4 true"},
        Case{
            "MonthsAndWeekdaysOfOtherTimes",
            R"({{with (index .Alerts 0).StartsAt.AddDate 50 11 2}}{{.Month}} {{.Weekday}} {{.YearDay}} {{.Year}}{{end}} {{with (index .Alerts 0).StartsAt.AddDate -1 -11 0}}{{.Month}} {{.Weekday}}{{end}})",
            "December Thursday 338 2020 February Thursday"},
        Case{
            "SmallParts",
            "{{with (index .Alerts 0).StartsAt}}{{.Nanosecond}} {{.UnixMicro}} {{.YearDay}}{{end}}",
            "0 1000000 1"},
        Case{
            "TimesByMultiples",
            R"({{with ((index .Alerts 0).StartsAt.Add 1799e9).Add 999999999}}{{(.Truncate 3600e9).Format "15:04:05"}} {{(.Round 3600e9).Format "15:04:05"}} {{(.Round 0).Format "15:04:05"}}{{end}})",
            "00:00:00 01:00:00 00:30:00"},
        Case{"DurationsByMultiples",
             "{{with (index .Alerts 1)}}{{with (.EndsAt.Add 1500e6).Sub .StartsAt}}{{.}} "
             "{{.Round 1e9}} {{.Truncate 1e9}} {{.Microseconds}} {{.Round 0}}{{end}} "
             "{{with .StartsAt.Sub (.EndsAt.Add 1500e6)}}{{.Abs}} {{.Round 1e9}} {{.Truncate "
             "1e9}}{{end}}{{end}}",
             "2.5s 3s 2s 2500000 2.5s 2.5s -3s -2s"},
        Case{"DurationsAtTheEndOfTheirRange",
             "{{with (index .Alerts 0)}}{{with .EndsAt.Sub .StartsAt}}{{.Round 1e9}} "
             "{{.Abs}}{{end}}{{end}}",
             "-2562047h47m16.854775808s 2562047h47m16.854775807s"},
        Case{"Compare",
             "{{with (index .Alerts 1)}}{{.StartsAt.Compare .EndsAt}}{{.EndsAt.Compare .StartsAt}}"
             "{{.EndsAt.Compare .EndsAt}}{{end}}",
             "-110"},
        Case{"LocalIsTheSameMoment",
             "{{with (index .Alerts 0).StartsAt}}{{.Local.Unix}} {{.Local.Equal .}}{{end}}",
             "1 true"},
        Case{"DescriptionOfAlertmanager", R"(<{{template "__description" .}}>)", "<>"},
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
