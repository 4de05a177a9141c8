#include "collectors/application/page_collector.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "exporter/exposition/parser.h"

namespace sidewatch::application {
namespace {

// What Prometheus asks for, less the formats that nobody here reads.
constexpr std::string_view kAccept =
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
constexpr int kOk = 200;

std::unique_ptr<scrape::Collector> NeverFromCollectors(config::MapReader& target,
                                                       const scrape::CollectorDeps& /*deps*/) {
  target.Error("pages of metrics are listed under scrape_configs, as in prometheus.yml");
  return nullptr;
}

class PageCollector final : public scrape::Collector {
 public:
  explicit PageCollector(PageOptions options)
      : options_(std::move(options)), client_(net::HttpClient::Create(options_.http)) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    const net::HttpCall call{.url = options_.url, .headers = {{"Accept", std::string(kAccept)}}};
    SW_TRY_ASSIGN(const net::HttpReply reply, client_->Send(call, run.deadline, run.stop));
    if (reply.status != kOk) {
      return Fail(ErrorCode::kUnavailable,
                  "server returned HTTP status {} for {}",
                  reply.status,
                  options_.url);
    }
    SW_TRY_ASSIGN(std::vector<MetricFamily> families,
                  exposition::ParseFamilies(reply.body, reply.GetHeader("Content-Type")));
    for (MetricFamily& family : families) {
      sink.AddFamily(std::move(family));
    }
    return {};
  }

  std::string Instance() const override { return options_.instance; }

 private:
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
