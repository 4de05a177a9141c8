#include "alerts/receivers/alertmanager/alertmanager.h"

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/limits.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kPath = "/api/v2/alerts";

struct ForwardConfig {
  net::HttpClientOptions http;
  std::vector<std::string> urls;
  Duration expire_after = std::chrono::hours(24);
};

ForwardConfig ReadConfig(config::MapReader& map, const config::Node& global) {
  ForwardConfig config;
  config.http = ReadHttpConfig(map, global);
  map.Read("urls", config.urls);
  if (config.urls.empty()) {
    map.Error("missing urls in alertmanager config: give the address of at least one Alertmanager");
  }
  for (std::string& url : config.urls) {
    if (const std::string wrong = WrongUrl(url); !wrong.empty()) {
      map.ErrorAt("urls", wrong);
    }
    while (url.ends_with('/')) {
      url.pop_back();
    }
  }
  map.Read("expire_after", config.expire_after);
  if (config.expire_after <= Duration::zero()) {
    map.ErrorAt("expire_after", "expire_after must be above zero");
  }
  return config;
}

Json LabelsJson(const LabelSet& labels) {
  Json json = Json::object();
  for (const Label label : labels) {
    json[std::string(label.name)] = std::string(label.value);
  }
  return json;
}

/// What fires gets an end far enough away: told of a group only when it changes, the other side
/// would take a silent alert for resolved after its own resolve_timeout.
std::string Body(const Notification& notification, Duration expire_after) {
  Json list = Json::array();
  for (const Alert& alert : std::span(notification.alerts).first(MostShown(notification))) {
    const TimePoint ends =
        alert.ResolvedAt(notification.at)
            ? *alert.ends_at
            : std::chrono::time_point_cast<TimePoint::duration>(notification.at + expire_after);
    list.push_back({{"labels", LabelsJson(alert.labels)},
                    {"annotations", LabelsJson(alert.annotations)},
                    {"startsAt", FormatRfc3339(alert.starts_at)},
                    {"endsAt", FormatRfc3339(ends)},
                    {"generatorURL", alert.generator_url}});
  }
  return ToWire(list);
}

class AlertmanagerReceiver final : public Receiver {
 public:
  AlertmanagerReceiver(ForwardConfig config, const ReceiverDeps& deps)
      : config_(std::move(config)), clock_(deps.clock) {
    for (const std::string& url : config_.urls) {
      peers_.push_back({url + std::string(kPath), JsonPoster(config_.http, deps)});
    }
  }

  /// All are tried, as Alertmanagers of a cluster want it; one that took the alerts is enough.
  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    using Outcome = Delivery::Outcome;
    const std::string body = Body(notification, config_.expire_after);
    Delivery sum{Outcome::kRefused, "", std::nullopt};
    bool delivered = false;
    int left = static_cast<int>(peers_.size());
    for (Peer& peer : peers_) {
      // One that hangs leaves the others their share of the time.
      const SteadyTime now = clock_->Steady();
      const SteadyTime until = now + (deadline - now) / left--;
      const Delivery one = peer.poster.Post(peer.url, body, until, stop).delivery;
      delivered = delivered || one.outcome == Outcome::kDelivered;
      sum.answer += (sum.answer.empty() ? "" : "; ") + one.answer;
      if (one.outcome == Outcome::kRetry) {
        sum.outcome = Outcome::kRetry;
        sum.retry_after = one.retry_after;
      }
    }
    if (delivered) {
      return {Outcome::kDelivered, sum.answer, std::nullopt};
    }
    return sum;
  }

 private:
  struct Peer {
    std::string url;
    JsonPoster poster;
  };

  const ForwardConfig config_;
  const Clock* const clock_;
  std::vector<Peer> peers_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<AlertmanagerReceiver>(ReadConfig(map, global), deps);
}

}  // namespace

const ReceiverSpec kAlertmanagerSpec = {
    .key = "alertmanager_configs",
    .kind = "alertmanager",
    .send_resolved_by_default = true,
    .check_global = &CheckNothing,
    .create = &Create,
};

}  // namespace sidewatch::alerts
