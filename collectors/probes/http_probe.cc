#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "collectors/probes/address.h"
#include "collectors/probes/http_verdict.h"
#include "collectors/probes/json_fields.h"
#include "collectors/probes/prober.h"
#include "collectors/probes/rows.h"
#include "collectors/probes/tls_rows.h"
#include "collectors/probes/url_host.h"
#include "exporter/base/number.h"

namespace sidewatch::probes {

namespace {

constexpr std::string_view kPhaseLabels[] = {"phase"};

constexpr MetricDescriptor kPhase =
    ProbeRow("probe_http_duration_seconds",
             kPhaseLabels,
             "libcurl's times",
             "Seconds by phase, over all redirects; 0 for a phase that was not reached.");
constexpr MetricDescriptor kStatus = ProbeRow(
    "probe_http_status_code", {}, "the reply", "Status code of the last reply, 0 if none came.");
constexpr MetricDescriptor kContentLength =
    ProbeRow("probe_http_content_length",
             {},
             "Content-Length",
             "Length that the reply states, -1 if it states none, 0 if none came.");
constexpr MetricDescriptor kBodyLength = ProbeRow("probe_http_uncompressed_body_length",
                                                  {},
                                                  "the reply",
                                                  "Bytes of the body, without compression.");
constexpr MetricDescriptor kRedirects =
    ProbeRow("probe_http_redirects", {}, "the replies", "Redirects that were followed.");
constexpr MetricDescriptor kSsl =
    ProbeRow("probe_http_ssl", {}, "the last reply", "1 if the last reply came over TLS.");
constexpr MetricDescriptor kVersion =
    ProbeRow("probe_http_version", {}, "the last reply", "Version of HTTP, 0 if no reply came.");
constexpr MetricDescriptor kRegex =
    ProbeRow("probe_failed_due_to_regex",
             {},
             "the reply",
             "1 if the probe failed because of a regular expression.");
constexpr MetricDescriptor kLastModified =
    ProbeRow("probe_http_last_modified_timestamp_seconds",
             {},
             "Last-Modified",
             "When the page says that it was changed, as Unix time.");

constexpr MetricDescriptor kMetrics[] = {kPhase,
                                         kStatus,
                                         kContentLength,
                                         kBodyLength,
                                         kRedirects,
                                         kSsl,
                                         kVersion,
                                         kRegex,
                                         kLastModified};
static_assert(DescriptorsAreSound(kMetrics));

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::optional<double> HttpDate(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') {
    return std::nullopt;
  }
  return static_cast<double>(timegm(&parts));
}

constexpr int kMostRedirects = 10;

class HttpProber final : public Prober {
 public:
  explicit HttpProber(HttpOptions options)
      : options_(std::move(options)), tls_rows_(options_.client.tls) {}

  std::string Probe(const ProbeContext& context, scrape::SampleSink& sink) override {
    net::HttpCall call = MakeCall();
    Found found;
    if (options_.client.proxy_url.empty()) {
      found = FindAddress(HostOf(options_.url), options_.ip, context);
      if (!found.failure.empty()) {
        WriteAddress(found, sink);
        return WriteFailure(found, found.failure, sink);
      }
      PinFamily(*found.address, call);
    }
    const Result<net::HttpReply> reply =
        options_.may_follow ? SendGuarded(call, context) : Send(options_.client, call, context);
    if (reply && found.address && !reply->details.remote_address.empty()) {
      // With both families tried, the one that answered.
      found.address = FindAddress(reply->details.remote_address, {}, context).address;
    }
    WriteAddress(found, sink);
    if (!reply) {
      return WriteFailure(found, reply.error().message, sink);
    }
    WriteReply(*reply, found.seconds, sink);
    if (reply->details.tls) {
      tls_rows_.Write(*reply->details.tls, context, sink);
    }
    return Judge(*reply, sink);
  }

 private:
  /// A new connection each time: that it can be made is what is asked.
  static Result<net::HttpReply> Send(const net::HttpClientOptions& client,
                                     const net::HttpCall& call,
                                     const ProbeContext& context) {
    return net::HttpClient::Create(client)->Send(call, context.deadline, context.stop);
  }

  /// Follows redirects itself, as far as they may be followed. A reply to anything but GET and HEAD
  /// is the last.
  Result<net::HttpReply> SendGuarded(net::HttpCall call, const ProbeContext& context) const {
    net::HttpClientOptions client = options_.client;
    client.follow_redirects = false;
    const bool follow =
        options_.client.follow_redirects && (call.method == "GET" || call.method == "HEAD");
    for (int redirects = 0;; ++redirects) {
      SW_TRY_ASSIGN(net::HttpReply reply, Send(client, call, context));
      reply.details.redirects = redirects;
      const std::string next = reply.details.redirect_url;
      if (!follow || next.empty()) {
        return reply;
      }
      if (redirects == kMostRedirects) {
        return Fail(ErrorCode::kProtocol, "more than {} redirects", kMostRedirects);
      }
      if (!options_.may_follow(next)) {
        return Fail(ErrorCode::kPermissionDenied,
                    "the page leads to {}, which `probe.allow` does not name",
                    HostOf(next));
      }
      if (HostOf(next) != HostOf(call.url)) {
        ForgetSecrets(client, call);
      }
      call.url = next;
    }
  }

  /// Another host learns no password.
  static void ForgetSecrets(net::HttpClientOptions& client, net::HttpCall& call) {
    client.username.clear();
    client.password = {};
    client.authorization = {};
    std::erase_if(call.headers, [](const net::Header& header) {
      const std::vector<net::Header> one = {header};
      return !net::FindHeader(one, "Authorization").empty() ||
             !net::FindHeader(one, "Cookie").empty() || !net::FindHeader(one, "Host").empty();
    });
  }

  net::HttpCall MakeCall() const {
    net::HttpCall call{.method = options_.method,
                       .url = options_.url,
                       .headers = options_.headers,
                       .body = options_.body,
                       .max_reply_bytes = options_.body_size_limit,
                       .keep_partial = true,
                       .want_tls_state = true};
    if (net::FindHeader(call.headers, "Accept-Encoding").empty()) {
      call.headers.emplace_back("Accept-Encoding", "identity");
    }
    if (net::FindHeader(call.headers, "User-Agent").empty()) {
      call.headers.emplace_back("User-Agent", "sidewatch");
    }
    return call;
  }

  /// The numbers of a reply that never came. Returns why it did not.
  static std::string WriteFailure(const Found& found,
                                  const std::string& failure,
                                  scrape::SampleSink& sink) {
    WriteReply(net::HttpReply(), found.seconds, sink);
    sink.Add(kRegex, 0);
    return failure;
  }

  /// Only if the user chose: else both families are tried.
  void PinFamily(const net::SocketAddress& address, net::HttpCall& call) const {
    if (options_.ip.preferred != net::AddressFamily::kAny) {
      call.family = address.storage.ss_family == AF_INET6 ? net::AddressFamily::kIpv6
                                                          : net::AddressFamily::kIpv4;
    }
  }

  static void WriteReply(const net::HttpReply& reply, double resolve, scrape::SampleSink& sink) {
    const net::HttpDetails& details = reply.details;
    sink.Add(kPhase, {"resolve"}, resolve);
    sink.Add(kPhase, {"connect"}, details.connect_seconds);
    sink.Add(kPhase, {"tls"}, details.tls_seconds);
    sink.Add(kPhase, {"processing"}, details.processing_seconds);
    sink.Add(kPhase, {"transfer"}, details.transfer_seconds);
    const auto stated = ParseNumber(reply.GetHeader("Content-Length"));
    sink.Add(kContentLength, reply.status == 0 ? 0 : stated.value_or(-1));
    sink.Add(kStatus, reply.status);
    sink.Add(kBodyLength, static_cast<double>(reply.body.size()));
    sink.Add(kRedirects, details.redirects);
    sink.Add(kSsl, details.tls ? 1 : 0);
    sink.Add(kVersion, details.http_version);
    const std::optional<double> modified = HttpDate(std::string(reply.GetHeader("Last-Modified")));
    if (modified) {
      sink.Add(kLastModified, *modified);
    }
  }

  /// The fields of the page are written whatever its status: a health page that answers 503 says
  /// most.
  std::string Judge(const net::HttpReply& reply, scrape::SampleSink& sink) const {
    HttpVerdict verdict = JudgeReply(options_, reply);
    sink.Add(kRegex, verdict.by_regexp ? 1 : 0);
    if (reply.incomplete) {
      return verdict.failure.empty() ? reply.incomplete->message : verdict.failure;
    }
    std::string json = WriteJsonFields(reply.body, options_.json, sink);
    return verdict.failure.empty() ? json : verdict.failure;
  }

  HttpOptions options_;
  TlsRows tls_rows_;
};

}  // namespace

std::unique_ptr<Prober> MakeHttpProber(const HttpOptions& options) {
  return std::make_unique<HttpProber>(options);
}

std::span<const MetricDescriptor> HttpMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
