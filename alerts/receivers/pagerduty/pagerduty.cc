#include "alerts/receivers/pagerduty/pagerduty.h"

#include <memory>
#include <utility>

#include "alerts/receivers/pagerduty/pagerduty_config.h"
#include "alerts/receivers/pagerduty/pagerduty_event.h"

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kVersion1Url =
    "https://events.pagerduty.com/generic/2010-04-15/create_event.json";

class PagerdutyReceiver final : public Receiver {
 public:
  PagerdutyReceiver(PagerdutyConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), poster_(config_.http, deps_) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    const bool v1 = !config_.service_key.empty();
    const Result<Secret> secret = (v1 ? config_.service_key : config_.routing_key).Load();
    if (!secret) {
      return {Delivery::Outcome::kRetry, secret.error().message, std::nullopt};
    }
    // Keys may differ by label: a template chooses among them.
    const Result<std::string> key = TemplateText(secret->Reveal()).Render(deps_, notification);
    if (!key || key->empty()) {
      return {Delivery::Outcome::kRefused,
              key ? "the key of PagerDuty is empty once its template is run" : key.error().message,
              std::nullopt};
    }
    const JsonPoster::Answer answer =
        poster_.Post(v1 ? std::string(kVersion1Url) : config_.url,
                     BuildPagerdutyEvent(config_, deps_, notification, *key, v1),
                     deadline,
                     stop);
    Delivery delivery = answer.delivery;
    constexpr int kForbidden = 403;
    if (v1 && answer.status == kForbidden) {
      delivery.outcome = Delivery::Outcome::kRetry;  // How v1 says "too many".
    }
    return delivery;
  }

 private:
  const PagerdutyConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<PagerdutyReceiver>(ReadPagerdutyConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kPagerdutySpec = {
    .key = "pagerduty_configs",
    .kind = "pagerduty",
    .send_resolved_by_default = true,
    .check_global = &CheckPagerdutyGlobal,
    .create = &Create,
};

}  // namespace sidewatch::alerts
