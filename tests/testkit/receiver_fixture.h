#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/receivers/common/deps.h"
#include "exporter/config/reader.h"
#include "tests/testkit/alert_maker.h"
#include "tests/testkit/fake_http_client.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::testkit {

/// Turns `{{x}}` into `<x:receiver>`, and fails on `{{bad}}` and, when run, on `{{late}}`.
class EchoRenderer final : public alerts::Renderer {
 public:
  Status Check(std::string_view text) const override {
    if (text.find("{{bad}}") != std::string_view::npos) {
      return Fail(ErrorCode::kInvalidArgument, "bad template");
    }
    return {};
  }

  Result<std::string> Render(std::string_view text,
                             alerts::TextFlavor /*flavor*/,
                             const alerts::Notification& notification) const override {
    if (text.find("{{late}}") != std::string_view::npos) {
      return Fail(ErrorCode::kInvalidArgument, "no such field");
    }
    std::string out(text);
    for (std::size_t at = out.find("{{"); at != std::string::npos; at = out.find("{{")) {
      const std::size_t end = out.find("}}", at);
      out.replace(at, end + 2 - at, out.substr(at + 2, end - at - 2) + ":" + notification.receiver);
    }
    return out;
  }
};

/// What a receiver under test is made of: a tape for HTTP, a list for mail.
struct ReceiverFixture {
  ManualClock clock;
  std::shared_ptr<HttpTape> tape = std::make_shared<HttpTape>();
  std::vector<std::pair<net::SmtpOptions, net::SmtpMessage>> mails;
  Result<net::SmtpReply> mail_reply = net::SmtpReply{250, "queued"};
  alerts::ReceiverDeps deps{
      .clock = &clock,
      .http =
          [this](net::HttpClientOptions options) {
            tape->options.push_back(std::move(options));
            return std::make_unique<FakeHttpClient>(tape);
          },
      .mail =
          [this](const net::SmtpOptions& options,
                 const net::SmtpMessage& message,
                 SteadyTime /*deadline*/,
                 const std::stop_token& /*stop*/) {
            mails.emplace_back(options, message);
            return mail_reply;
          },
      .external_labels = {{"environment", "production"}},
      .external_url = "http://sw.example:9847",
      .renderer = std::make_shared<EchoRenderer>(),
  };

  /// Two firing alerts and a resolved one, or fewer.
  static alerts::Notification Notification(std::size_t firing = 2, std::size_t resolved = 1) {
    using namespace std::chrono_literals;
    alerts::Notification notification;
    notification.receiver = "ops";
    notification.group_key = R"({}:{alertname="DiskFull"})";
    notification.group_labels = {{"alertname", "DiskFull"}};
    notification.at = kStart + 5min;
    for (std::size_t i = 0; i < firing + resolved; ++i) {
      alerts::Alert alert =
          MakeAlert({{"alertname", "DiskFull"},
                     {"instance", std::string(1, static_cast<char>('a' + i)) + ":1"},
                     {"service", "shop"},
                     {"severity", i == 0 ? "critical" : "warning"}},
                    kStart);
      alert.annotations = {{"description", "Only 3 % left."},
                           {"summary", "disk is full & <b>hot</b>"},
                           {"value", "97"}};
      if (i >= firing) {
        alert.ends_at = kStart + 4min;
      }
      notification.alerts.push_back(std::move(alert));
    }
    return notification;
  }
};

}  // namespace sidewatch::testkit
