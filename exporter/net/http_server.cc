#include "exporter/net/http_server.h"

#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include <civetweb.h>
#include <fmt/format.h>

#include "exporter/base/mutex.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/basic_auth.h"
#include "exporter/net/gzip.h"
#include "exporter/net/listen_address.h"
#include "exporter/net/request_framing.h"
#include "exporter/net/response_writer.h"
#include "exporter/net/startup.h"
#include "exporter/net/tls_server.h"
#include "exporter/net/web_config.h"
#include "exporter/net/write_access.h"

namespace sidewatch::net {

namespace {

// CivetWeb closes the connection after this one unless the body was read; any positive number
// makes it read the rest of the body first, however long that is.
constexpr int kClose = -1;
constexpr int kServed = 200;
constexpr std::size_t kPiece = 16 * 1024;
// Whoever sends bodies more slowly would hold a thread for as long as he likes.
constexpr std::chrono::seconds kPatience(10);
constexpr std::size_t kSlowestBytesPerSecond = 64 * 1024;

/// Everything that Start() has found to be in order.
struct Parts {
  std::shared_ptr<const Router> router;
  Logger log;
  WebConfig web;
  WriteAccess write_access;
  std::unique_ptr<TlsServer> tls;
  std::uint64_t max_body_bytes = 0;
};

HttpRequest RequestOf(const mg_request_info& info) {
  HttpRequest request;
  request.method = info.request_method;
  request.path = DecodeUrl(info.local_uri);
  request.query = info.query_string == nullptr ? "" : info.query_string;
  for (int i = 0; i < info.num_headers; ++i) {
    const mg_header& header = info.http_headers[i];
    request.headers.emplace_back(header.name, header.value == nullptr ? "" : header.value);
  }
  // CivetWeb prints an IPv4 client of a socket for both families as ::ffff:192.0.2.1.
  const Result<IpAddress> remote = IpAddress::Parse(info.remote_addr);
  request.remote_address = remote.has_value() ? remote->ToString() : info.remote_addr;
  request.from_loopback = remote.has_value() && IsFromLoopback(*remote, request.headers);
  return request;
}

HttpResponse TooLarge(std::uint64_t limit) {
  return TextResponse(413, fmt::format("The body is larger than {} bytes.\n", limit));
}

/// Reads the body into the request. Returns an answer if that cannot be done.
std::optional<HttpResponse> ReadBody(mg_connection* connection,
                                     std::uint64_t limit,
                                     HttpRequest& request) {
  const mg_request_info& info = *mg_get_request_info(connection);
  if (info.content_length > 0 && static_cast<std::uint64_t>(info.content_length) > limit) {
    return TooLarge(limit);
  }
  if (EqualsIgnoringCase(request.GetHeader("Expect"), "100-continue")) {
    static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    mg_write(connection, kGoOn.data(), kGoOn.size());
  }
  std::array<char, kPiece>
      piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): most requests have no body.
  int got = 0;
  const auto begun = std::chrono::steady_clock::now();
  while ((got = mg_read(connection, piece.data(), piece.size())) > 0) {
    request.body.append(piece.data(), static_cast<std::size_t>(got));
    if (request.body.size() > limit) {
      return TooLarge(limit);
    }
    const auto patience =
        kPatience + std::chrono::seconds(request.body.size() / kSlowestBytesPerSecond);
    if (std::chrono::steady_clock::now() - begun > patience) {
      return TextResponse(408, "The body came too slowly.\n");
    }
  }
  const bool cut_short = info.content_length > 0 &&
                         request.body.size() < static_cast<std::uint64_t>(info.content_length);
  if (got < 0 || cut_short) {
    return TextResponse(400, "The body has ended early.\n");
  }
  return std::nullopt;
}

class CivetServer final : public HttpServer {
 public:
  explicit CivetServer(Parts parts)
      : parts_(std::move(parts)), auth_(parts_.web.basic_auth_users) {}

  CivetServer(const CivetServer&) = delete;
  CivetServer& operator=(const CivetServer&) = delete;

  ~CivetServer() override {
    context_.reset();  // Joins its threads, which use everything else here.
  }

  Status Listen(const HttpServerOptions& options);

  int port() const override {
    mg_server_port port{};
    return mg_get_server_ports(context_.get(), 1, &port) > 0 ? port.port : 0;
  }

 private:
  static int OnRequest(mg_connection* connection) {
    auto* self = static_cast<CivetServer*>(mg_get_user_context_data(connection));
    try {
      return self->Serve(connection);
    } catch (const std::exception& e) {
      self->parts_.log.Error("request failed", {{"error", e.what()}});
      return kClose;
    }
  }

  static int OnLog(const mg_connection* connection, const char* message) {
    auto* self = static_cast<CivetServer*>(mg_get_user_data(mg_get_context(connection)));
    self->Note(message);
    return 1;
  }

  static int OnTls(void** context, void* user_data) {
    *context = static_cast<CivetServer*>(user_data)->parts_.tls->context();
    return 1;
  }

  /// CivetWeb tells why it cannot start by its log only.
  void Note(const char* message) {
    parts_.log.Debug("http server", {{"message", message}});
    const MutexLock lock(mutex_);
    if (start_problem_.empty()) {
      start_problem_ = message;
    }
  }

  /// Returns why it did not start, nothing if it did.
  std::optional<std::string> Start(const std::string& spec, const HttpServerOptions& options);
  int Serve(mg_connection* connection);
  HttpResponse Answer(mg_connection* connection, HttpRequest& request, bool& body_read) const;
  HttpResponse Run(const Handler& handler, const HttpRequest& request) const;
  std::optional<HttpResponse> Deny(const HttpRequest& request, Access access) const;

  Parts parts_;
  BasicAuth auth_;
  Mutex mutex_;
  std::string start_problem_ SW_GUARDED_BY(mutex_);  ///< The first message since the last try.
  UniqueHandle<mg_context, mg_stop> context_;
};

std::optional<std::string> CivetServer::Start(const std::string& spec,
                                              const HttpServerOptions& options) {
  const std::string threads = std::to_string(options.threads);
  const std::array settings = {"listening_ports",
                               spec.c_str(),
                               "num_threads",
                               threads.c_str(),
                               "enable_keep_alive",
                               "yes",
                               "keep_alive_timeout_ms",
                               "500",
                               "request_timeout_ms",
                               "10000",
                               "tcp_nodelay",
                               "1",
                               "max_request_size",
                               "131072",
                               "connection_queue",
                               "64",
                               "decode_url",
                               "no",
                               "enable_directory_listing",
                               "no",
                               static_cast<const char*>(nullptr)};
  mg_callbacks callbacks{};
  callbacks.begin_request = &OnRequest;
  callbacks.log_message = &OnLog;
  if (parts_.tls) {
    callbacks.external_ssl_ctx = &OnTls;
  }
  // mg_start's own last parameter lacks two consts.
  context_.reset(mg_start(&callbacks, this, const_cast<const char**>(settings.data())));
  const MutexLock lock(mutex_);
  return context_ == nullptr ? std::optional(start_problem_) : std::nullopt;
}

/// `cannot bind to IPv6 +9847: 98 (Address already in use)` gives `address already in use`.
std::string ReasonOf(const std::string& problem) {
  const std::size_t open = problem.rfind('(');
  if (!problem.ends_with(')') || open == std::string::npos) {
    return problem.empty() ? "unknown reason" : problem;
  }
  std::string reason = problem.substr(open + 1, problem.size() - open - 2);
  if (!reason.empty()) {
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  }
  return reason;
}

Status CivetServer::Listen(const HttpServerOptions& options) {
  SW_TRY_ASSIGN(
      const std::vector<std::string> specs,
      ListenSpecs(options.listen_address, parts_.tls ? Transport::kTls : Transport::kPlain));
  std::string problem;
  for (const std::string& spec : specs) {
    const std::optional<std::string> failed = Start(spec, options);
    if (!failed) {
      return {};
    }
    problem = *failed;
    if (problem.find("cannot create socket") == std::string::npos) {
      break;  // Only a machine without IPv6 has a second way.
    }
    const MutexLock lock(mutex_);
    start_problem_.clear();
  }
  return Fail(ErrorCode::kUnavailable,
              "cannot listen on {}: {}",
              options.listen_address,
              ReasonOf(problem));
}

std::optional<HttpResponse> CivetServer::Deny(const HttpRequest& request, Access access) const {
  if (access == Access::kSigned) {
    return std::nullopt;
  }
  if (!auth_.empty() && !auth_.Accepts(request.GetHeader("Authorization"))) {
    HttpResponse response = TextResponse(401, "Unauthorized\n");
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"sidewatch\"");
    return response;
  }
  if (access == Access::kWrite) {
    if (std::optional<std::string> refusal = parts_.write_access.Refusal(request)) {
      return TextResponse(403, std::move(*refusal));
    }
  }
  return std::nullopt;
}

HttpResponse CivetServer::Run(const Handler& handler, const HttpRequest& request) const {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    parts_.log.Error("request handler failed",
                     {{"method", request.method}, {"path", request.path}, {"error", e.what()}});
  } catch (...) {
    parts_.log.Error("request handler failed",
                     {{"method", request.method}, {"path", request.path}});
  }
  return TextResponse(500, "Internal server error; the log says more.\n");
}

HttpResponse CivetServer::Answer(mg_connection* connection,
                                 HttpRequest& request,
                                 bool& body_read) const {
  const mg_request_info& info = *mg_get_request_info(connection);
  if (info.num_headers >= MG_MAX_HEADERS) {
    // CivetWeb leaves out the rest, one of which may say who asks or where the body ends.
    return TextResponse(431, fmt::format("More than {} headers.\n", MG_MAX_HEADERS - 1));
  }
  if (auto problem = FramingProblem(info.http_version, request.headers)) {
    return TextResponse(400, *problem + "\n");
  }
  Router::Found found = parts_.router->Find(request);
  if (auto denied = Deny(request, found.access)) {
    return std::move(*denied);
  }
  if (found.handler == nullptr) {
    // Nobody would look at the body: the connection ends after the answer, if there is one.
    body_read = info.content_length <= 0 && request.GetHeader("Transfer-Encoding").empty();
    return std::move(found.error);
  }
  if (auto problem = ReadBody(connection, parts_.max_body_bytes, request)) {
    return std::move(*problem);
  }
  body_read = true;
  return Run(*found.handler, request);
}

int CivetServer::Serve(mg_connection* connection) {
  const mg_request_info& info = *mg_get_request_info(connection);
  HttpRequest request = RequestOf(info);
  bool body_read = false;
  const HttpResponse response = Answer(connection, request, body_read);
  const std::string_view version = info.http_version;
  const ReplyStyle style{
      .reason = mg_get_response_code_text(connection, response.status),
      .head_only = request.method == "HEAD",
      .chunked_allowed = version == "1.1",
      .gzip_allowed = AcceptsGzip(request.GetHeader("Accept-Encoding")),
      .keep_alive = body_read && version == "1.1" &&
                    !EqualsIgnoringCase(request.GetHeader("Connection"), "close"),
      .extra_headers = &parts_.web.headers,
  };
  SendResponse(response, style, [connection](std::string_view piece) {
    return mg_write(connection, piece.data(), piece.size()) == static_cast<int>(piece.size());
  });
  return body_read ? kServed : kClose;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                      std::shared_ptr<const Router> router,
                                                      const Logger& log) {
  EnsureStarted();
  Parts parts;
  parts.router = std::move(router);
  parts.log = log.Named("http");
  parts.max_body_bytes = options.max_body_bytes;
  if (!options.web_config_file.empty()) {
    SW_TRY_ASSIGN(parts.web, LoadWebConfig(options.web_config_file));
  }
  if (parts.web.tls) {
    SW_TRY_ASSIGN(parts.tls, TlsServer::Create(*parts.web.tls, parts.log));
  }
  SW_TRY_ASSIGN(
      parts.write_access,
      WriteAccess::Create(options.allow_writes_from, !parts.web.basic_auth_users.empty()));
  auto server = std::make_unique<CivetServer>(std::move(parts));
  SW_TRY(server->Listen(options));
  return server;
}

}  // namespace sidewatch::net
