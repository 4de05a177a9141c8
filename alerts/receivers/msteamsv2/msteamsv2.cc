#include "alerts/receivers/msteamsv2/msteamsv2.h"

#include <memory>
#include <utility>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/summary.h"
#include "alerts/receivers/common/texts.h"

namespace sidewatch::alerts {
namespace {

struct TeamsConfig {
  net::HttpClientOptions http;
  config::SecretSource url;
  TemplateText title{R"({{ template "msteamsv2.default.title" . }})"};
  TemplateText text{R"({{ template "msteamsv2.default.text" . }})"};
};

TeamsConfig ReadConfig(config::MapReader& map,
                       const config::Node& global,
                       const ReceiverDeps& deps) {
  TeamsConfig config;
  config.http = ReadHttpConfig(map, global);
  RequireUrl(map, "webhook_url", config.url);
  ReadTemplate(map, "title", deps, config.title);
  ReadTemplate(map, "text", deps, config.text);
  return config;
}

/// An adaptive card in the envelope that workflows take.
std::string Card(const std::string& title, const std::string& text, bool firing) {
  const Json head = {{"type", "TextBlock"},
                     {"text", title},
                     {"weight", "Bolder"},
                     {"size", "Medium"},
                     {"wrap", true},
                     {"style", "heading"},
                     {"color", firing ? "Attention" : "Good"}};
  const Json block = {{"type", "TextBlock"}, {"text", text}, {"wrap", true}};
  Json content = Json::object();
  content["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json";
  content["type"] = "AdaptiveCard";
  content["version"] = "1.2";
  content["body"] = Json::array({head, block});
  content["msteams"] = {{"width", "full"}};
  Json attachment = Json::object();
  attachment["contentType"] = "application/vnd.microsoft.card.adaptive";
  attachment["contentUrl"] = nullptr;
  attachment["content"] = std::move(content);
  Json body = Json::object();
  body["type"] = "message";
  body["attachments"] = Json::array({std::move(attachment)});
  return ToWire(body);
}

std::string Body(const TeamsConfig& config,
                 const ReceiverDeps& deps,
                 const Notification& notification) {
  const std::string url = AlertsUrl(notification, deps);
  const std::string subject = Summarize(notification, deps).Subject();
  const bool firing = notification.firing();
  Texts texts(deps, notification);
  std::string title = texts.Render(config.title, subject);
  title.insert(0, TestMark(notification, title));
  title = Shorten(title, kTeamsBody.max / 4);
  std::string shortened;
  const FittedMessage fitted =
      FitAlerts(notification, kTeamsBody, [&](const Notification& shown, std::size_t left_out) {
        Texts some(deps, shown);
        std::string text = some.Render(config.text, subject);
        text += texts.failures() + some.failures() + MoreLine(left_out, url);
        // JSON at its worst writes six bytes for one.
        shortened = Shorten(text, kTeamsBody.max / 16);
        return Card(title, text, firing);
      });
  return fitted.fits ? fitted.text : Card(title, shortened, firing);
}

class TeamsReceiver final : public Receiver {
 public:
  TeamsReceiver(TeamsConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), poster_(config_.http, deps_) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    return poster_.Post(config_.url, Body(config_, deps_, notification), deadline, stop).delivery;
  }

 private:
  const TeamsConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<TeamsReceiver>(ReadConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kMsteamsv2Spec = {
    .key = "msteamsv2_configs",
    .kind = "msteamsv2",
    .send_resolved_by_default = true,
    .check_global = &CheckNothing,
    .create = &Create,
};

}  // namespace sidewatch::alerts
