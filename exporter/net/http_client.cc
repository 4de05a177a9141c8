#include "exporter/net/http_client.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exporter/net/curl_transfer.h"
#include "exporter/net/tls_state.h"

namespace sidewatch::net {

namespace {

using CurlUrl = UniqueHandle<CURLU, curl_url_cleanup>;
using CurlText = UniqueHandle<char, curl_free>;

constexpr long kMaxRedirects = 10;  // As Go's client.

std::string UrlPart(CURLU* url, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
    return {};
  }
  const CurlText owned(text);
  return text;
}

/// What a message may show of a URL: a webhook's path is a secret.
std::string ShownUrl(CURLU* url) {
  const std::string port = UrlPart(url, CURLUPART_PORT, 0);
  return fmt::format("{}://{}{}{}",
                     UrlPart(url, CURLUPART_SCHEME, 0),
                     UrlPart(url, CURLUPART_HOST, 0),
                     port.empty() ? "" : ":",
                     port);
}

/// Takes the reply as it comes, up to its limit.
struct Receiver {
  HttpReply& reply;
  std::uint64_t limit;
  CURL* tls_of = nullptr;  ///< If set, whose TLS session is looked at.
  bool over_limit = false;

  static std::size_t OnBody(char* data, std::size_t /*one*/, std::size_t size, void* self) {
    auto& receiver = *static_cast<Receiver*>(self);
    if (receiver.reply.body.size() + size > receiver.limit) {
      receiver.over_limit = true;
      return 0;
    }
    receiver.reply.body.append(data, size);
    return size;
  }

  static std::size_t OnHeader(char* data, std::size_t /*one*/, std::size_t size, void* self) {
    auto& receiver = *static_cast<Receiver*>(self);
    auto& headers = receiver.reply.headers;
    std::string_view line(data, size);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
      line.remove_suffix(1);
    }
    const std::size_t colon = line.find(':');
    if (line.starts_with("HTTP/")) {
      headers.clear();  // Of the redirect before this reply.
      receiver.LookAtTls();
    } else if (colon != std::string_view::npos) {
      const std::size_t value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
      headers.emplace_back(line.substr(0, colon), line.substr(value));
    }
    return size;
  }

  /// libcurl knows the session only while the transfer runs.
  void LookAtTls() const {
    const curl_tlssessioninfo* info = nullptr;
    reply.details.tls.reset();
    if (tls_of != nullptr && curl_easy_getinfo(tls_of, CURLINFO_TLS_SSL_PTR, &info) == CURLE_OK &&
        info != nullptr && info->backend == CURLSSLBACKEND_OPENSSL && info->internals != nullptr) {
      reply.details.tls = TlsStateOf(static_cast<SSL*>(info->internals));
    }
  }
};

double Seconds(CURL* easy, CURLINFO info) {
  curl_off_t micros = 0;
  curl_easy_getinfo(easy, info, &micros);
  return static_cast<double>(micros) / 1e6;
}

double VersionOf(CURL* easy) {
  long version = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return 1.0;
    case CURL_HTTP_VERSION_1_1:
      return 1.1;
    case CURL_HTTP_VERSION_2_0:
      return 2;
    default:
      return 0;
  }
}

void ReadDetails(CURL* easy, HttpDetails& details) {
  const double resolved = Seconds(easy, CURLINFO_NAMELOOKUP_TIME_T);
  const double connected = std::max(resolved, Seconds(easy, CURLINFO_CONNECT_TIME_T));
  const double secured = std::max(connected, Seconds(easy, CURLINFO_APPCONNECT_TIME_T));
  const double started = std::max(secured, Seconds(easy, CURLINFO_STARTTRANSFER_TIME_T));
  details.resolve_seconds = resolved;
  details.connect_seconds = connected - resolved;
  details.tls_seconds = secured - connected;
  details.processing_seconds = started - secured;
  details.transfer_seconds = std::max(0.0, Seconds(easy, CURLINFO_TOTAL_TIME_T) - started);
  details.http_version = VersionOf(easy);
  long redirects = 0;
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_COUNT, &redirects);
  details.redirects = static_cast<int>(redirects);
  const char* text = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text) == CURLE_OK && text != nullptr) {
    details.remote_address = text;
  }
  if (curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text) == CURLE_OK && text != nullptr) {
    details.final_url = text;
  }
  if (curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &text) == CURLE_OK && text != nullptr) {
    details.redirect_url = text;
  }
}

int StatusOf(CURL* easy) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

long FamilyOf(AddressFamily family) {
  switch (family) {
    case AddressFamily::kIpv4:
      return CURL_IPRESOLVE_V4;
    case AddressFamily::kIpv6:
      return CURL_IPRESOLVE_V6;
    case AddressFamily::kAny:
      break;
  }
  return CURL_IPRESOLVE_WHATEVER;
}

/// What went wrong, if anything did.
std::optional<Error> ProblemOf(const Result<CurlVerdict>& verdict,
                               const Receiver& receiver,
                               const std::string& what) {
  if (!verdict.has_value()) {
    return Error{verdict.error().code, fmt::format("{}: {}", what, verdict.error().message)};
  }
  if (receiver.over_limit) {
    return Error{ErrorCode::kLimitExceeded,
                 fmt::format("{}: the reply is larger than {} bytes", what, receiver.limit)};
  }
  if (verdict->code != CURLE_OK) {
    return Error{ErrorCodeOf(verdict->code), fmt::format("{}: {}", what, verdict->text)};
  }
  return std::nullopt;
}

void SetMethod(CURL* easy, const HttpCall& call) {
  if (call.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!call.body.empty() || call.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.c_str());
  }
  if (call.method != "GET" && call.method != "POST") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  } else if (call.method == "GET" && !call.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "GET");
  }
}

class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(HttpClientOptions options, TraceFn trace = {})
      : options_(std::move(options)), trace_(std::move(trace)) {
    transfer_.SetTrace(trace_);
  }

  Result<HttpReply> Send(const HttpCall& call,
                         SteadyTime deadline,
                         const std::stop_token& stop) override {
    const CurlUrl url(curl_url());
    const CURLUcode parsed = curl_url_set(url.get(), CURLUPART_URL, call.url.c_str(), 0);
    if (parsed != CURLUE_OK) {
      return Fail(ErrorCode::kInvalidArgument, "bad URL: {}", curl_url_strerror(parsed));
    }
    const std::string what = fmt::format("{} {}", call.method, ShownUrl(url.get()));
    CURL* easy = transfer_.Fresh(deadline);
    CurlList headers;
    CurlList route;
    SW_TRY(Prepare(easy, call, headers));
    SetTarget(easy, url.get(), headers, route);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    HttpReply reply;
    Receiver receiver{reply, call.max_reply_bytes, call.want_tls_state ? easy : nullptr};
    Receive(easy, receiver);
    const Result<CurlVerdict> verdict = transfer_.Run(deadline, stop);
    const std::optional<Error> problem = ProblemOf(verdict, receiver, what);
    reply.status = StatusOf(easy);
    if (problem) {
      const bool came = reply.status != 0 && problem->code != ErrorCode::kCancelled;
      if (!call.keep_partial || !came) {
        return Fail(*problem);
      }
      reply.incomplete = problem;
    }
    ReadDetails(easy, reply.details);
    return reply;
  }

 private:
  Status Prepare(CURL* easy, const HttpCall& call, CurlList& headers) {
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, options_.follow_redirects ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
    SetProxy(easy);
    if (!options_.http2) {
      curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    }
    curl_easy_setopt(easy, CURLOPT_IPRESOLVE, FamilyOf(call.family));
    transfer_.UseTls(options_.tls);
    SetMethod(easy, call);
    if (FindHeader(call.headers, "Accept-Encoding").empty()) {
      curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // All that libcurl can undo.
    }
    AppendTo(headers, "Expect:");  // Our bodies are small; waiting for 100 costs a round trip.
    for (const auto& [name, value] : call.headers) {
      AppendTo(headers, fmt::format("{}: {}", name, value));
    }
    for (const SecretHeader& header : options_.headers) {
      SW_TRY_ASSIGN(const std::string line, HeaderLine(header));
      AppendTo(headers, line);
    }
    return Authorize(easy, headers);
  }

  void SetProxy(CURL* easy) const {
    if (options_.proxy_from_environment) {
      curl_easy_setopt(easy, CURLOPT_PROXY, nullptr);
      return;
    }
    curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy_url.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, options_.no_proxy.c_str());
  }

  Status Authorize(CURL* easy, CurlList& headers) {
    if (!options_.authorization.empty()) {
      SW_TRY_ASSIGN(const Secret secret, options_.authorization.Load());
      AppendTo(headers,
               fmt::format("Authorization: {} {}", options_.authorization_type, secret.Reveal()));
    }
    if (!options_.username.empty() || !options_.password.empty()) {
      SW_TRY_ASSIGN(const Secret secret, options_.password.Load());
      curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      curl_easy_setopt(easy, CURLOPT_USERNAME, options_.username.c_str());
      curl_easy_setopt(easy, CURLOPT_PASSWORD, secret.Reveal().c_str());
    }
    return {};
  }

  /// libcurl verifies the name in the URL, so a server_name takes its place there, and the
  /// connection is routed to the host that was meant.
  void SetTarget(CURL* easy, CURLU* url, CurlList& headers, CurlList& route) const {
    const std::string& name = options_.tls.server_name;
    const std::string host = UrlPart(url, CURLUPART_HOST, 0);
    if (!name.empty() && UrlPart(url, CURLUPART_SCHEME, 0) == "https" && name != host) {
      const std::string given_port = UrlPart(url, CURLUPART_PORT, 0);
      const std::string port = UrlPart(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
      AppendTo(route, fmt::format("{0}:{2}:{1}:{2}", name, host, port));
      AppendTo(headers,
               given_port.empty() ? "Host: " + host : fmt::format("Host: {}:{}", host, given_port));
      curl_url_set(url, CURLUPART_HOST, name.c_str(), 0);
      curl_easy_setopt(easy, CURLOPT_CONNECT_TO, route.get());
    }
    curl_easy_setopt(easy, CURLOPT_CURLU, url);
  }

  static void Receive(CURL* easy, Receiver& receiver) {
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Receiver::OnBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &receiver);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Receiver::OnHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &receiver);
  }

  HttpClientOptions options_;
  const TraceFn trace_;
  CurlTransfer transfer_;
};

}  // namespace

std::string_view HttpReply::GetHeader(std::string_view name) const {
  return FindHeader(headers, name);
}

std::unique_ptr<HttpClient> HttpClient::Create(HttpClientOptions options) {
  return std::make_unique<CurlHttpClient>(std::move(options));
}

std::unique_ptr<HttpClient> CreateTracedClient(HttpClientOptions options, TraceFn trace) {
  return std::make_unique<CurlHttpClient>(std::move(options), std::move(trace));
}

}  // namespace sidewatch::net
