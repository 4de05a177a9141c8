#include "alerts/receivers/pagerduty/pagerduty_event.h"

#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/summary.h"
#include "alerts/receivers/common/texts.h"
#include "exporter/net/sha256.h"

namespace sidewatch::alerts {
namespace {

void SetUnlessEmpty(Json& out, const char* key, std::string text) {
  if (!text.empty()) {
    out[key] = std::move(text);
  }
}

class EventBuilder {
 public:
  EventBuilder(const PagerdutyConfig& config,
               const ReceiverDeps& deps,
               const Notification& notification)
      : config_(config), deps_(deps), notification_(notification), texts_(deps, notification) {}

  std::string Build(const std::string& key, bool v1) {
    Json event = v1 ? Version1(key) : Version2(key);
    Json& details = v1 ? event["details"] : event["payload"]["custom_details"];
    const Json all = Details(notification_);
    const bool all_too_long = too_long_;
    const FittedMessage fitted = FitAlerts(
        notification_, kPagerdutyBody, [&](const Notification& shown, std::size_t left_out) {
          details = left_out == 0 ? all : Shorter(all, shown, left_out);
          // Too long for the template engine is too long for PagerDuty.
          const bool too_long = left_out == 0 ? all_too_long : too_long_;
          return too_long ? std::string(kPagerdutyBody.max + 1, ' ') : ToWire(event);
        });
    if (fitted.fits) {
      return fitted.text;
    }
    details = {{"error",
                "Custom details have been removed because the original event exceeds the maximum "
                "size of 512KB"}};
    return ToWire(event);
  }

 private:
  Json Version2(const std::string& key) {
    Json event = Json::object();
    event["routing_key"] = key;
    event["dedup_key"] = net::Sha256Hex(notification_.group_key);
    event["event_action"] = notification_.firing() ? "trigger" : "resolve";
    Json& payload = event["payload"];
    payload["summary"] = Summary();
    payload["source"] = texts_.Render(config_.source.empty() ? config_.client : config_.source);
    payload["severity"] = texts_.Render(config_.severity, "error");
    SetUnlessEmpty(payload, "class", texts_.Render(config_.event_class));
    SetUnlessEmpty(payload, "component", texts_.Render(config_.component));
    SetUnlessEmpty(payload, "group", texts_.Render(config_.group));
    payload["custom_details"] = nullptr;
    SetUnlessEmpty(event, "client", texts_.Render(config_.client));
    SetUnlessEmpty(event, "client_url", texts_.Render(config_.client_url));
    SetImages(event);
    SetLinks(event);
    return event;
  }

  Json Version1(const std::string& key) {
    Json event = Json::object();
    event["service_key"] = key;
    event["incident_key"] = net::Sha256Hex(notification_.group_key);
    event["event_type"] = notification_.firing() ? "trigger" : "resolve";
    event["description"] = Summary();
    event["event_action"] = "";
    event["payload"] = nullptr;
    if (notification_.firing()) {
      SetUnlessEmpty(event, "client", texts_.Render(config_.client));
      SetUnlessEmpty(event, "client_url", texts_.Render(config_.client_url));
    }
    return event;
  }

  std::string Summary() {
    std::string text =
        texts_.Render(config_.description, Summarize(notification_, deps_).Subject());
    text.insert(0, TestMark(notification_, text));
    return ShortenTo(text, kPagerdutySummary);
  }

  void SetImages(Json& event) {
    for (const PagerdutyImage& image : config_.images) {
      const std::string src = texts_.Render(image.src);
      if (!src.empty()) {
        event["images"].push_back(
            {{"src", src}, {"alt", texts_.Render(image.alt)}, {"href", texts_.Render(image.href)}});
      }
    }
  }

  void SetLinks(Json& event) {
    for (const PagerdutyLink& link : config_.links) {
      const std::string href = texts_.Render(link.href);
      if (!href.empty()) {
        event["links"].push_back({{"href", href}, {"text", texts_.Render(link.text)}});
      }
    }
  }

  /// A detail that fails says so in its place.
  Json Details(const Notification& shown) {
    Json details = Json::object();
    too_long_ = false;
    for (const auto& [name, value] : config_.details) {
      Result<Json> rendered = value.Render(deps_, shown);
      too_long_ = too_long_ || (!rendered && rendered.error().code == ErrorCode::kLimitExceeded);
      details[name] = rendered
                          ? *std::move(rendered)
                          : Json(fmt::format("A template failed: {}", rendered.error().message));
    }
    return details;
  }

  /// What is a number in `all` stays as it is for all alerts: above all the counts.
  Json Shorter(const Json& all, const Notification& shown, std::size_t left_out) {
    Json details = Details(shown);
    for (const auto& [name, value] : all.items()) {
      // Small and a text is also what says that the whole was too long.
      if (value.is_primitive() && !value.is_string()) {
        details[name] = value;
      }
    }
    details["not_shown"] = MoreLine(left_out, AlertsUrl(notification_, deps_));
    return details;
  }

  const PagerdutyConfig& config_;
  const ReceiverDeps& deps_;
  const Notification& notification_;
  Texts texts_;
  bool too_long_ = false;  ///< A detail of the last Details() was beyond the template engine.
};

}  // namespace

std::string BuildPagerdutyEvent(const PagerdutyConfig& config,
                                const ReceiverDeps& deps,
                                const Notification& notification,
                                const std::string& key,
                                bool v1) {
  return EventBuilder(config, deps, notification).Build(key, v1);
}

}  // namespace sidewatch::alerts
