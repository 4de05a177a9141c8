#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/config/reader.h"
#include "exporter/net/http_client.h"

namespace sidewatch::net {

/// How a mail server is reached.
struct SmtpOptions {
  std::string host;
  int port = 587;
  std::string hello = "localhost";
  std::string username = {};
  config::SecretSource password = {};  ///< For PLAIN and LOGIN.
  config::SecretSource secret = {};    ///< For CRAM-MD5; used if there is no password.
  std::string identity = {};           ///< On whose behalf to log in; empty: the user's own.
  bool require_tls = true;             ///< Refuse to go on if the server does not offer STARTTLS.
  bool implicit_tls = false;           ///< TLS from the first byte (port 465).
  TlsOptions tls = {};
};

/// One message, complete with headers, lines ending in CR LF.
struct SmtpMessage {
  std::string from;
  std::vector<std::string> to;
  std::string text;
};

/// One whom the server would not give a message.
struct RefusedRecipient {
  std::string address;
  int code = 0;  ///< 4xx or, if it is final, 5xx.
  std::string answer;
};

/// How the server took it.
struct SmtpReply {
  int code = 0;        ///< 250 when accepted, else the refusing answer's code; 5xx is final.
  std::string answer;  ///< The server's last line.
  std::vector<RefusedRecipient> refused = {};  ///< Of an accepted message: who did not get it.
};

/// Delivers one message to all whom the server takes it for. Errors: as HttpClient::Send,
/// kPermissionDenied when the login is refused, kUnavailable when TLS is required and not offered.
Result<SmtpReply> SendMail(const SmtpOptions& options,
                           const SmtpMessage& message,
                           SteadyTime deadline,
                           const std::stop_token& stop);

}  // namespace sidewatch::net
