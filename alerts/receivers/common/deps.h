#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "alerts/model/trend.h"
#include "alerts/receivers/common/renderer.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/net/http_client.h"
#include "exporter/net/smtp_client.h"

namespace sidewatch::alerts {

using HttpFactory = std::function<std::unique_ptr<net::HttpClient>(net::HttpClientOptions options)>;

using MailFn = std::function<Result<net::SmtpReply>(const net::SmtpOptions& options,
                                                    const net::SmtpMessage& message,
                                                    SteadyTime deadline,
                                                    const std::stop_token& stop)>;

/// Gives the link by which a notification's firing alerts are acknowledged.
using AckUrlFn = std::function<std::string(const Notification& notification)>;

/// What receivers are made of. Lifetime: `clock` outlives the receivers.
struct ReceiverDeps {
  const Clock* clock = nullptr;
  HttpFactory http;  ///< `net::HttpClient::Create` outside of tests.
  MailFn mail;       ///< `net::SendMail` outside of tests.
  LabelSet external_labels = {};
  std::string external_url = {};  ///< Where people reach this program; no slash at its end.
  std::shared_ptr<const Renderer> renderer = {};  ///< Null: templates are refused.
  TrendFn trend = {};                             ///< Null: messages say nothing of the past.
  AckUrlFn ack_url = {};                          ///< Null: messages have no such link.
  std::string grafana_url =
      {};  ///< What annotation `dashboard_url` may start at; no slash at its end.
};

}  // namespace sidewatch::alerts
