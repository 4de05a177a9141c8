#include "alerts/receivers/common/template_renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::alerts {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::ReceiverFixture;

constexpr std::string_view kAckUrl = "http://sw.example:9847/ack?group=ab&sig=cd";

std::string Render(std::string_view text,
                   const Notification& notification,
                   TextFlavor flavor = TextFlavor::kPlain) {
  const ReceiverFixture fixture;
  const auto renderer = MakeTemplateRenderer(
      {}, fixture.clock, fixture.deps.external_url, [](const Notification& /*notification*/) {
        return std::string(kAckUrl);
      });
  const Result<std::string> text_or = (*renderer)->Render(text, flavor, notification);
  return text_or ? *text_or : text_or.error().message;
}

TEST(TemplateRenderer, TemplatesReachTheLinks) {
  const Notification fires = ReceiverFixture::Notification(1, 0);
  EXPECT_EQ(Render("{{ ackURL }}", fires), kAckUrl);
  EXPECT_EQ(Render("{{ range .Alerts }}{{ silenceURL }}{{ end }}", fires),
            "http://sw.example:9847/#/silences/new?filter=%7Balertname%3D%22DiskFull%22%2C"
            "instance%3D%22a%3A1%22%2Cservice%3D%22shop%22%2Cseverity%3D%22critical%22%7D");
  EXPECT_EQ(Render("<a href=\"{{ ackURL }}\">", fires, TextFlavor::kHtml),
            "<a href=\"http://sw.example:9847/ack?group=ab&amp;sig=cd\">");
}

TEST(TemplateRenderer, WhatIsOverHasNoLinks) {
  EXPECT_EQ(Render("{{ ackURL }}|{{ silenceURL }}", ReceiverFixture::Notification(0, 2)), "|");
}

TEST(TemplateRenderer, WithoutAnAddressThereAreNoLinks) {
  const ReceiverFixture fixture;
  const auto renderer = MakeTemplateRenderer({}, fixture.clock, "");
  EXPECT_EQ(
      *(*renderer)->Render(
          "{{ ackURL }}|{{ silenceURL }}", TextFlavor::kPlain, ReceiverFixture::Notification()),
      "|");
}

struct IncidentCase {
  std::string name;
  std::vector<LabelSet> firing;
  std::vector<LabelSet> resolved;
  std::string next;
};

class IncidentTest : public testing::TestWithParam<IncidentCase> {};

TEST_P(IncidentTest, TheWorstThatFiresSaysWhenTheNextUpdateComes) {
  Notification notification = ReceiverFixture::Notification(0, 0);
  for (const LabelSet& labels : GetParam().firing) {
    notification.alerts.push_back(testkit::MakeAlert(labels));
  }
  for (const LabelSet& labels : GetParam().resolved) {
    notification.alerts.push_back(testkit::MakeAlert(labels));
    notification.alerts.back().ends_at = notification.at;
  }
  EXPECT_THAT(Render(R"({{ template "incident.text" . }})", notification),
              HasSubstr("\nNext update: " + GetParam().next + "\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    IncidentTest,
    testing::Values(IncidentCase{"Critical", {{{"severity", "critical"}}}, {}, "in 15 minutes"},
                    IncidentCase{"LowerCaseP1", {{{"severity", "p1"}}}, {}, "in 15 minutes"},
                    IncidentCase{"PriorityP1", {{{"priority", "P1"}}}, {}, "in 15 minutes"},
                    IncidentCase{"PriorityP2", {{{"priority", "P2"}}}, {}, "within 1 hour"},
                    IncidentCase{"P3", {{{"severity", "P3"}}}, {}, "in business hours"},
                    IncidentCase{"None", {{{"a", "b"}}}, {}, "in business hours"},
                    IncidentCase{"Mixed",
                                 {{{"severity", "info"}}, {{"severity", "critical"}}},
                                 {},
                                 "in 15 minutes"},
                    IncidentCase{"WorstIsOver",
                                 {{{"severity", "warning"}}},
                                 {{{"severity", "critical"}}},
                                 "within 1 hour"}),
    [](const auto& row) { return row.param.name; });

TEST(IncidentTemplate, HasTheLinksWhileItFires) {
  constexpr std::string_view kText = R"({{ template "incident.text" . }})";
  EXPECT_THAT(Render(kText, ReceiverFixture::Notification()),
              HasSubstr("\nAcknowledge: " + std::string(kAckUrl) +
                        "\nSilence: http://sw.example:9847/#/silences/new?filter="));
  EXPECT_THAT(Render(kText, ReceiverFixture::Notification(0, 1)), Not(HasSubstr("Acknowledge")));
}

}  // namespace
}  // namespace sidewatch::alerts
