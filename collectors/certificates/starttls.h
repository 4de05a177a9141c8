#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/net/stream.h"

namespace sidewatch::certificates {

/// One exchange before TLS: what is sent, and how the reply must begin.
struct StartTlsStep {
  std::string_view send;
  std::string_view expect;
  std::string_view expect_inside = {};  ///< What the whole reply must hold.
};

/// How a protocol goes over to TLS.
struct StartTls {
  std::string_view name;
  std::span<const StartTlsStep> steps;
  bool lines = true;  ///< Replies are lines; else a byte.
};

/// Null: no such protocol.
const StartTls* FindStartTls(std::string_view name);

/// `smtp, imap or postgres`, for messages.
std::string StartTlsNames();

/// Speaks the protocol until TLS may begin. Errors: of the stream; kProtocol: the server answered
/// something else.
Status AskForTls(const StartTls& protocol,
                 net::Stream& stream,
                 SteadyTime deadline,
                 const std::stop_token& stop);

}  // namespace sidewatch::certificates
