#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/config/reader.h"
#include "exporter/net/http_headers.h"
#include "exporter/net/http_message.h"
#include "exporter/net/stream.h"
#include "exporter/net/tls_options.h"

namespace sidewatch::net {

/// Prometheus' `http_config`: basic_auth, authorization, bearer token, headers, TLS, proxy,
/// redirects.
struct HttpClientOptions {
  std::string username = {};
  config::SecretSource password = {};
  std::string authorization_type = "Bearer";
  config::SecretSource authorization = {};
  TlsOptions tls = {};
  std::vector<SecretHeader> headers = {};  ///< With each request.
  std::string proxy_url = {};
  std::string no_proxy = {};  ///< Hosts, domains and networks, with commas, that need no proxy.
  bool proxy_from_environment = false;  ///< By http_proxy, https_proxy and no_proxy.
  bool follow_redirects = true;
  bool http2 = true;  ///< Where the server has it.
};

/// Reads the keys of Prometheus' http_config from a map that may hold others: `basic_auth`,
/// `authorization`, `bearer_token(_file)`, `tls_config`, `http_headers`, `proxy_url`, `no_proxy`,
/// `proxy_from_environment`, `follow_redirects`, `enable_http2`.
void ReadHttpClientOptions(config::MapReader& map, HttpClientOptions& out);

struct HttpCall {
  std::string method = "GET";
  std::string url = {};
  std::vector<Header> headers = {};
  std::string body = {};
  std::uint64_t max_reply_bytes = 64ULL << 20;  ///< A larger reply ends as kLimitExceeded.
  AddressFamily family = AddressFamily::kAny;

  /// A reply that breaks off, hangs or is too large is still given, as far as it came.
  bool keep_partial = false;
  bool want_tls_state = false;  ///< Fills HttpDetails::tls.
};

/// Where the time of the last hop went, and what answered.
struct HttpDetails {
  double resolve_seconds = 0;
  double connect_seconds = 0;
  double tls_seconds = 0;
  double processing_seconds = 0;  ///< From the request's end to the first byte.
  double transfer_seconds = 0;
  int redirects = 0;
  double http_version = 0;  ///< 1.1, 2.
  std::string remote_address = {};
  std::string final_url = {};        ///< May hold secrets.
  std::string redirect_url = {};     ///< Where a redirect leads that was not followed.
  std::optional<TlsState> tls = {};  ///< Of the last hop, if it was TLS and the call wanted it.
};

struct HttpReply {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  HttpDetails details = {};
  std::optional<Error> incomplete = {};  ///< Why `body` is not all; only with `keep_partial`.

  /// Case-insensitive; empty if absent.
  std::string_view GetHeader(std::string_view name) const;
};

/// Makes requests over libcurl; keeps its connection for the next one. Threads: belongs to one at a
/// time.
class HttpClient {
 public:
  static std::unique_ptr<HttpClient> Create(HttpClientOptions options);
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// A reply of any status is a value. Errors: kUnresolvedHost, kUnavailable (refused, reset, TLS),
  /// kDeadlineExceeded, kCancelled (stop), kLimitExceeded, kNotFound (a secret's file). Messages
  /// never hold secrets. Comes back within 200 ms of a stop.
  virtual Result<HttpReply> Send(const HttpCall& call,
                                 SteadyTime deadline,
                                 const std::stop_token& stop) = 0;
};

}  // namespace sidewatch::net
