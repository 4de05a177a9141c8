#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alerts/notifier/notification_config.h"
#include "alerts/receivers/builtin.h"
#include "alerts/receivers/common/template_renderer.h"
#include "exporter/base/rfc3339.h"
#include "tests/conformance/alertmanager/tally.h"
#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::conformance {
namespace {

constexpr std::string_view kExternalUrl = "http://am.example:9093";

TimePoint At(std::string_view text) {
  const auto at = ParseRfc3339(text);
  EXPECT_TRUE(at.has_value()) << text;
  return at ? *at : TimePoint();
}

/// The group that the real program was watched with.
alerts::Notification Group(bool resolved) {
  alerts::Notification notification;
  notification.receiver = "all";
  notification.group_key = R"({}:{alertname="DiskFull"})";
  notification.group_labels = {{"alertname", "DiskFull"}};
  notification.reason = resolved ? "all alerts resolved" : "first notification";
  notification.at = At(resolved ? "2026-11-21T08:47:56Z" : "2026-11-21T08:47:48Z");
  for (const std::string instance : {"a:1", "b:1"}) {
    alerts::Alert alert;
    alert.labels = {{"alertname", "DiskFull"},
                    {"instance", instance},
                    {"service", "shop"},
                    {"severity", "critical"}};
    alert.annotations = {{"runbook_url", "http://r.example/x"},
                         {"summary", fmt::format("disk on {} is full & <b>hot</b>", instance)}};
    alert.starts_at = At("2026-11-21T08:47:47Z");
    alert.generator_url = "http://prom.example/graph?g0.expr=up";
    if (resolved) {
      alert.ends_at = At("2026-11-21T08:47:54Z");
    }
    notification.alerts.push_back(std::move(alert));
  }
  return notification;
}

/// All receivers of the captured configuration, with a tape for the network.
class CapturedTest : public testing::Test {
 protected:
  CapturedTest() {
    fixture_.deps.external_url = kExternalUrl;
    config::Diagnostics diagnostics;
    config_ = alerts::ReadNotificationConfig(
        testkit::Yaml(cases_.value("config", Json::object()).dump(), diagnostics),
        {.receivers = alerts::BuiltinReceivers(),
         .receiver_deps = fixture_.deps,
         .make_renderer =
             [&](const std::vector<std::string>& files) {
               return alerts::MakeTemplateRenderer(
                   files, fixture_.clock, std::string(kExternalUrl));
             }},
        diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  }

  /// What goes out for the group, by kind of receiver and path.
  void Send(bool resolved) {
    for (const alerts::IntegrationConfig& integration : config_->receivers.integrations) {
      integration.sender->Send(Group(resolved), {}, {});
    }
    for (const net::HttpCall& call : fixture_.tape->calls) {
      const std::string path = call.url.substr(call.url.find('/', std::size("http://") - 1));
      const auto token = path.find("bot123:abc");
      sent_[token == std::string::npos ? path : "/bot<token>/sendMessage"].push_back(call.body);
    }
    fixture_.tape->calls.clear();
  }

  Json cases_ = ReadCases("captured_notifications.json");
  testkit::ReceiverFixture fixture_;
  std::unique_ptr<alerts::NotificationConfig> config_;
  std::map<std::string, std::vector<std::string>> sent_;
};

TEST_F(CapturedTest, BodiesAreAlertmanagers) {
  Tally tally("captured bodies");
  Send(false);
  Send(true);
  std::map<std::string, std::size_t> seen;
  for (const Json& captured : cases_.value("http", Json::array())) {
    const std::string path = captured.at("path");
    const std::size_t index = seen[path]++;
    if (path == "/slack") {
      tally.Skip(path, "our own message where the configuration says nothing");
      continue;
    }
    ASSERT_LT(index, sent_[path].size()) << path;
    tally.Expect(path, Json::parse(sent_[path][index]).dump(1), captured.at("body").dump(1));
  }
}

}  // namespace
}  // namespace sidewatch::conformance
