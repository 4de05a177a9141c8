#include "exporter/net/smtp_client.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/net/curl_transfer.h"
#include "exporter/net/trace.h"

namespace sidewatch::net {

namespace {

constexpr int kAccepted = 250;
constexpr int kRefused = 400;  // And above.

/// The message on its way out, and what came back.
struct Exchange {
  std::string_view rest;
  std::string answer;                      ///< The last line.
  std::vector<std::string> answers;        ///< The last line of each.
  std::optional<std::size_t> before_text;  ///< How many there were when the text was asked for.

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
      static_cast<Exchange*>(self)->Keep(line);
    }
    return size;
  }

  void Keep(std::string_view line) {
    constexpr std::size_t kCode = 3;
    constexpr std::size_t kMaxAnswers = 10'000;
    answer = line;
    const bool continues = line.size() > kCode && line[kCode] == '-';
    if (continues || answers.size() >= kMaxAnswers) {
      return;
    }
    if (line.starts_with("354")) {
      before_text = answers.size();
    }
    answers.emplace_back(line);
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
  // One address that is gone must not keep the news from the others.
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  exchange.rest = message.text;
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Exchange::OnRead);
  curl_easy_setopt(easy, CURLOPT_READDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Exchange::OnLine);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
}

int CodeOf(std::string_view answer) {
  constexpr std::size_t kDigits = 3;
  return static_cast<int>(ParseInteger(answer.substr(0, kDigits)).value_or(0));
}

/// Recipients are named one after the other, right before the text; if none is taken it is not
/// asked for.
std::vector<RefusedRecipient> RefusedOf(const SmtpMessage& message, const Exchange& exchange) {
  const std::size_t count = message.to.size();
  const std::size_t end = exchange.before_text.value_or(exchange.answers.size());
  std::vector<RefusedRecipient> refused;
  for (std::size_t i = 0; i < count && count <= end; ++i) {
    const std::string& answer = exchange.answers[end - count + i];
    if (const int code = CodeOf(answer); code >= kRefused) {
      refused.push_back({message.to[i], code, answer});
    }
  }
  return exchange.before_text || refused.size() == count ? refused
                                                         : std::vector<RefusedRecipient>();
}

Result<SmtpReply> ReplyOf(const CurlVerdict& verdict,
                          int code,
                          const SmtpMessage& message,
                          const Exchange& exchange) {
  std::vector<RefusedRecipient> refused = RefusedOf(message, exchange);
  if (verdict.code == CURLE_OK) {
    return SmtpReply{kAccepted, exchange.answer, std::move(refused)};
  }
  if (verdict.code == CURLE_LOGIN_DENIED) {
    return Fail(ErrorCode::kPermissionDenied,
                "the login was refused: {}",
                exchange.answer.empty() ? verdict.text : exchange.answer);
  }
  if (verdict.code == CURLE_USE_SSL_FAILED) {
    return Fail(ErrorCode::kUnavailable, "TLS is required but the server does not offer STARTTLS");
  }
  if (!exchange.before_text && !refused.empty()) {
    // Nobody: it is final if it is for all of them.
    const auto first = std::ranges::min_element(refused, {}, &RefusedRecipient::code);
    return SmtpReply{first->code, first->answer};
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
  Result<SmtpReply> reply = ReplyOf(*verdict, static_cast<int>(code), message, exchange);
  if (!reply.has_value()) {
    return FailWith(what, reply.error());
  }
  return reply;
}

}  // namespace sidewatch::net
