#include "exporter/net/smtp_client.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "exporter/net/curl_transfer.h"
#include "exporter/net/trace.h"

namespace sidewatch::net {

namespace {

constexpr int kAccepted = 250;
constexpr int kRefused = 400;  // And above.

/// The message on its way out, and the last line that came back.
struct Exchange {
  std::string_view rest;
  std::string answer;

  static std::size_t OnRead(char* buffer, std::size_t one, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t size = std::min(one * count, exchange.rest.size());
    std::memcpy(buffer, exchange.rest.data(), size);
    exchange.rest.remove_prefix(size);
    return size;
  }

  static std::size_t OnLine(char* data, std::size_t /*one*/, std::size_t size, void* self) {
    std::string_view line(data, size);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
      line.remove_suffix(1);
    }
    if (!line.starts_with("221")) {  // The goodbye after a refusal says nothing about it.
      static_cast<Exchange*>(self)->answer = line;
    }
    return size;
  }
};

/// libcurl wants the address in angle brackets.
std::string Bracketed(const std::string& address) {
  return address.starts_with('<') ? address : "<" + address + ">";
}

Status Login(CURL* easy, const SmtpOptions& options) {
  if (options.username.empty()) {
    return {};
  }
  const bool by_secret = options.password.empty() && !options.secret.empty();
  SW_TRY_ASSIGN(const Secret password, (by_secret ? options.secret : options.password).Load());
  curl_easy_setopt(
      easy, CURLOPT_LOGIN_OPTIONS, by_secret ? "AUTH=CRAM-MD5" : "AUTH=PLAIN;AUTH=LOGIN");
  if (!options.identity.empty() && options.identity != options.username) {
    curl_easy_setopt(easy, CURLOPT_SASL_AUTHZID, options.identity.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_USERNAME, options.username.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, password.Reveal().c_str());
  return {};
}

void SetServer(CURL* easy, const SmtpOptions& options, CurlList& route) {
  const std::string& name = options.tls.server_name;
  const bool renamed = !name.empty() && name != options.host;
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + options.host + "]" : options.host;
  if (renamed) {  // libcurl verifies the name in the URL.
    AppendTo(route, fmt::format("{0}:{2}:{1}:{2}", name, host, options.port));
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, route.get());
  }
  const std::string url = fmt::format("{}://{}:{}/{}",
                                      options.implicit_tls ? "smtps" : "smtp",
                                      renamed ? name : host,
                                      options.port,
                                      options.hello);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  const bool start_tls = options.require_tls && !options.implicit_tls;
  curl_easy_setopt(
      easy, CURLOPT_USE_SSL, static_cast<long>(start_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
}

void SetMessage(CURL* easy, const SmtpMessage& message, CurlList& recipients, Exchange& exchange) {
  const std::string from = Bracketed(message.from);
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
  for (const std::string& address : message.to) {
    AppendTo(recipients, Bracketed(address));
  }
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
  exchange.rest = message.text;
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Exchange::OnRead);
  curl_easy_setopt(easy, CURLOPT_READDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Exchange::OnLine);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
}

Result<SmtpReply> ReplyOf(const CurlVerdict& verdict, int code, const Exchange& exchange) {
  if (verdict.code == CURLE_OK) {
    return SmtpReply{kAccepted, exchange.answer};
  }
  if (verdict.code == CURLE_LOGIN_DENIED) {
    return Fail(ErrorCode::kPermissionDenied,
                "the login was refused: {}",
                exchange.answer.empty() ? verdict.text : exchange.answer);
  }
  if (verdict.code == CURLE_USE_SSL_FAILED) {
    return Fail(ErrorCode::kUnavailable, "TLS is required but the server does not offer STARTTLS");
  }
  if (code >= kRefused) {
    return SmtpReply{code, exchange.answer};
  }
  return Fail(ErrorCodeOf(verdict.code), "{}", verdict.text);
}

}  // namespace

Result<SmtpReply> SendMail(const SmtpOptions& options,
                           const SmtpMessage& message,
                           SteadyTime deadline,
                           const std::stop_token& stop) {
  return SendTracedMail(options, message, deadline, stop, {});
}

Result<SmtpReply> SendTracedMail(const SmtpOptions& options,
                                 const SmtpMessage& message,
                                 SteadyTime deadline,
                                 const std::stop_token& stop,
                                 const TraceFn& trace) {
  const std::string what = fmt::format("mail server {}:{}", options.host, options.port);
  CurlTransfer transfer;
  transfer.SetTrace(trace);
  CURL* easy = transfer.Fresh(deadline);
  CurlList route;
  CurlList recipients;
  Exchange exchange;
  SetServer(easy, options, route);
  transfer.UseTls(options.tls);
  SetMessage(easy, message, recipients, exchange);
  SW_TRY(Login(easy, options));
  const Result<CurlVerdict> verdict = transfer.Run(deadline, stop);
  if (!verdict.has_value()) {
    return FailWith(what, verdict.error());
  }
  long code = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
  Result<SmtpReply> reply = ReplyOf(*verdict, static_cast<int>(code), exchange);
  if (!reply.has_value()) {
    return FailWith(what, reply.error());
  }
  return reply;
}

}  // namespace sidewatch::net
