#include "collectors/application/page_collector.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "collectors/application/scrape_protocols.h"
#include "exporter/base/number.h"
#include "exporter/exposition/parser.h"
#include "exporter/net/gunzip.h"

namespace sidewatch::application {
namespace {

constexpr int kOk = 200;
constexpr std::uint64_t kMaxPageBytes = 64ULL << 20;

struct StatusText {
  int status;
  std::string_view text;
};

// As Go's net/http names them, which Prometheus' error quotes.
constexpr std::array kStatusTexts = {
    StatusText{204, " No Content"},
    StatusText{301, " Moved Permanently"},
    StatusText{302, " Found"},
    StatusText{307, " Temporary Redirect"},
    StatusText{308, " Permanent Redirect"},
    StatusText{400, " Bad Request"},
    StatusText{401, " Unauthorized"},
    StatusText{403, " Forbidden"},
    StatusText{404, " Not Found"},
    StatusText{405, " Method Not Allowed"},
    StatusText{406, " Not Acceptable"},
    StatusText{408, " Request Timeout"},
    StatusText{410, " Gone"},
    StatusText{429, " Too Many Requests"},
    StatusText{500, " Internal Server Error"},
    StatusText{501, " Not Implemented"},
    StatusText{502, " Bad Gateway"},
    StatusText{503, " Service Unavailable"},
    StatusText{504, " Gateway Timeout"},
};

std::string_view TextOf(int status) {
  const auto found = std::ranges::find(kStatusTexts, status, &StatusText::status);
  return found == kStatusTexts.end() ? std::string_view() : found->text;
}

std::unique_ptr<scrape::Collector> NeverFromCollectors(config::MapReader& target,
                                                       const scrape::CollectorDeps& /*deps*/) {
  target.Error("pages of metrics are listed under scrape_configs, as in prometheus.yml");
  return nullptr;
}

class PageCollector final : public scrape::Collector {
 public:
  explicit PageCollector(PageOptions options)
      : options_(std::move(options)), client_(net::HttpClient::Create(options_.http)) {
    if (options_.accept.empty()) {
      options_.accept = *AcceptHeader({});
    }
  }

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    if (!options_.refusal.empty()) {
      return Fail(ErrorCode::kLimitExceeded, "{}", options_.refusal);
    }
    Result<net::HttpReply> reply = client_->Send(MakeCall(), run.deadline, run.stop);
    if (!reply) {
      return TooLarge(reply.error()) ? Fail(ErrorCode::kLimitExceeded, "body size limit exceeded")
                                     : Fail(std::move(reply).error());
    }
    if (reply->status != kOk) {
      return Fail(ErrorCode::kUnavailable,
                  "server returned HTTP status {}{}",
                  reply->status,
                  TextOf(reply->status));
    }
    SW_TRY_ASSIGN(const std::string type,
                  PageMediaType(reply->GetHeader("Content-Type"), options_.fallback_type));
    SW_TRY(Unpack(*reply));
    SW_TRY_ASSIGN(
        std::vector<MetricFamily> families,
        exposition::ParseFamilies(reply->body,
                                  type,
                                  options_.keeps_empty_labels ? exposition::EmptyLabels::kKeep
                                                              : exposition::EmptyLabels::kDrop));
    for (MetricFamily& family : families) {
      sink.AddFamily(std::move(family));
    }
    return {};
  }

  std::string Instance() const override { return options_.instance; }

 private:
  net::HttpCall MakeCall() const {
    net::HttpCall call{.url = options_.url, .headers = {{"Accept", options_.accept}}};
    call.headers.emplace_back("Accept-Encoding", options_.compression ? "gzip" : "identity");
    if (options_.timeout > Duration(0)) {
      call.headers.emplace_back(
          "X-Prometheus-Scrape-Timeout-Seconds",
          FormatNumber(std::chrono::duration<double>(options_.timeout).count()));
    }
    call.max_reply_bytes = MaxBytes();
    return call;
  }

  /// A page as large as the limit is over it, as in Prometheus.
  std::uint64_t MaxBytes() const {
    return options_.body_size_limit > 0 ? options_.body_size_limit - 1 : kMaxPageBytes;
  }

  Status Unpack(net::HttpReply& reply) const {
    if (reply.GetHeader("Content-Encoding") != "gzip") {
      return {};
    }
    Result<std::string> text = net::Gunzip(reply.body, MaxBytes());
    if (!text) {
      return TooLarge(text.error()) ? Fail(ErrorCode::kLimitExceeded, "body size limit exceeded")
                                    : Fail(std::move(text).error());
    }
    reply.body = std::move(*text);
    return {};
  }

  bool TooLarge(const Error& error) const {
    return error.code == ErrorCode::kLimitExceeded && options_.body_size_limit > 0;
  }

  PageOptions options_;
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace

const scrape::CollectorSpec kApplicationSpec = {
    .kind = "application",
    .default_job = "application",
    .summary = "Pages of metrics of applications and other exporters, as in prometheus.yml.",
    .metrics = {},
    .create = &NeverFromCollectors,
};

std::unique_ptr<scrape::Collector> MakePageCollector(PageOptions options) {
  return std::make_unique<PageCollector>(std::move(options));
}

}  // namespace sidewatch::application
