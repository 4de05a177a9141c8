#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/net/http_client.h"
#include "exporter/net/smtp_client.h"

namespace sidewatch::net {

/// What a piece of a conversation is.
enum class TraceKind {
  kNote,      ///< libcurl's own words about the connection.
  kSent,      ///< Headers, or commands of SMTP.
  kReceived,  ///< Headers, or answers of SMTP.
  kSentBody,
  kReceivedBody,
};

/// Takes pieces as they come, one line or several. They hold secrets: whoever shows them masks
/// them.
using TraceFn = std::function<void(TraceKind kind, std::string_view piece)>;

/// As HttpClient::Create; `trace` is told what is said.
std::unique_ptr<HttpClient> CreateTracedClient(HttpClientOptions options, TraceFn trace);

/// As SendMail; `trace` is told what is said.
Result<SmtpReply> SendTracedMail(const SmtpOptions& options,
                                 const SmtpMessage& message,
                                 SteadyTime deadline,
                                 const std::stop_token& stop,
                                 const TraceFn& trace);

}  // namespace sidewatch::net
