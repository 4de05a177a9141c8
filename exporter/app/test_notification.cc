#include "exporter/app/test_notification.h"

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "exporter/app/load.h"
#include "exporter/app/transcript.h"
#include "exporter/net/trace.h"

namespace sidewatch::app {
namespace {

constexpr Duration kPatience = std::chrono::seconds(30);

alerts::Notification TestNotification(const alerts::NotificationConfig& config,
                                      const std::string& receiver,
                                      TimePoint now,
                                      bool resolved) {
  alerts::Alert alert;
  LabelSetBuilder labels(config.external_labels);
  labels.Set("alertname", "[TEST] sidewatch");
  labels.Set("severity", "info");
  alert.labels = labels.Build();
  alert.annotations = {
      {"summary", fmt::format("[TEST] receiver {} is reached; nothing is wrong", receiver)},
      {"description", "[TEST] Sent by hand with `sidewatch notify test`."}};
  alert.starts_at = now;
  alert.updated_at = now;
  if (resolved) {
    alert.ends_at = now;
  }
  alerts::Notification notification;
  notification.receiver = receiver;
  notification.group_key = R"({}:{alertname="[TEST] sidewatch"})";
  notification.group_labels = {{"alertname", "[TEST] sidewatch"}};
  notification.reason = resolved ? "all alerts resolved" : "first notification";
  notification.at = now;
  notification.is_test = true;
  notification.alerts.push_back(std::move(alert));
  return notification;
}

std::string_view Verdict(alerts::Delivery::Outcome outcome) {
  constexpr std::array<std::string_view, 3> kVerdicts = {
      "delivered", "not delivered, it would be tried again", "refused"};
  return kVerdicts[static_cast<std::size_t>(outcome)];
}

Status CheckName(const alerts::NotificationConfig& config, const std::string& receiver) {
  if (config.receivers.names.contains(receiver)) {
    return {};
  }
  return Fail(ErrorCode::kNotFound,
              "no receiver \"{}\" in the configuration, there are: {}",
              receiver,
              fmt::join(config.receivers.names, ", "));
}

/// Loads the configuration with receivers whose conversations are traced.
LoadedConfig LoadTraced(const NotifyTestOptions& options,
                        const Clock& clock,
                        const net::TraceFn& trace,
                        config::Diagnostics& diagnostics) {
  LoadDeps deps{.clock = clock, .log = {}, .parser = {}, .external_url = options.external_url};
  deps.http = [&trace](net::HttpClientOptions http) {
    return net::CreateTracedClient(std::move(http), trace);
  };
  deps.mail = [&trace](const net::SmtpOptions& server,
                       const net::SmtpMessage& message,
                       SteadyTime deadline,
                       const std::stop_token& stop) {
    return net::SendTracedMail(server, message, deadline, stop, trace);
  };
  return LoadConfig(options.config_file, deps, diagnostics);
}

}  // namespace

Result<bool> SendTestNotification(const NotifyTestOptions& options,
                                  const std::function<void(std::string_view line)>& write) {
  const SystemClock clock;
  Transcript transcript(write);
  const net::TraceFn trace = [&transcript](net::TraceKind kind, std::string_view piece) {
    transcript.Add(kind, piece);
  };
  config::Diagnostics diagnostics;
  const LoadedConfig config = LoadTraced(options, clock, trace, diagnostics);
  SW_TRY(diagnostics.ToStatus());
  SW_TRY(CheckName(*config.notifications, options.receiver));
  std::size_t told = 0;
  std::size_t delivered = 0;
  const auto tell = [&](const alerts::IntegrationConfig& integration, bool resolved) {
    write(fmt::format("{}:", integration.name));
    const alerts::Delivery delivery = integration.sender->Send(
        TestNotification(*config.notifications, options.receiver, clock.Now(), resolved),
        clock.Steady() + (integration.timeout > Duration::zero() ? integration.timeout : kPatience),
        {});
    transcript.Flush();
    write(fmt::format("{}: {}: {}", integration.name, Verdict(delivery.outcome), delivery.answer));
    ++told;
    delivered += delivery.outcome == alerts::Delivery::Outcome::kDelivered ? 1 : 0;
  };
  for (const alerts::IntegrationConfig& integration :
       config.notifications->receivers.integrations) {
    if (integration.receiver != options.receiver) {
      continue;
    }
    tell(integration, false);
    if (options.resolve) {
      tell(integration, true);
    }
  }
  if (told == 0) {
    write(fmt::format("receiver {} tells nobody: it has no *_configs", options.receiver));
  }
  return told > 0 && delivered == told;
}

}  // namespace sidewatch::app
