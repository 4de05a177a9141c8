#include "alerts/receivers/telegram/telegram.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/summary.h"
#include "alerts/receivers/common/texts.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;

constexpr std::string_view kHtml = "HTML";
constexpr std::array<std::string_view, 4> kParseModes = {"", "Markdown", "MarkdownV2", kHtml};

struct TelegramConfig {
  net::HttpClientOptions http;
  std::string api_url = "https://api.telegram.org";
  config::SecretSource token;
  std::int64_t chat_id = 0;
  config::SecretSource chat_id_file;
  int message_thread_id = 0;
  TemplateText message;
  std::string parse_mode{kHtml};
  bool disable_notifications = false;
};

/// `global:` and a receiver have these in common. Returns whether there is a token.
bool ReadAccess(MapReader& map, const std::string& prefix, TelegramConfig& out) {
  if (map.Read(prefix + "api_url", out.api_url)) {
    if (const std::string wrong = WrongUrl(out.api_url); !wrong.empty()) {
      map.ErrorAt(prefix + "api_url", wrong);
    }
    while (out.api_url.ends_with('/')) {
      out.api_url.pop_back();
    }
  }
  map.ReadSecret(prefix + "bot_token", out.token);
  return HasSecret(map.node(), prefix + "bot_token");
}

void CheckGlobal(MapReader& global) {
  TelegramConfig checked;
  ReadAccess(global, "telegram_", checked);
}

void ReadChat(MapReader& map, TelegramConfig& out) {
  map.Read("chat_id", out.chat_id);
  std::string file;
  const bool has_file = map.Read("chat_id_file", file) && !file.empty();
  if (has_file) {
    out.chat_id_file = config::SecretSource::FromFile(file);
  }
  if (out.chat_id == 0 && !has_file) {
    map.Error("missing chat_id or chat_id_file on telegram_config");
  } else if (out.chat_id != 0 && has_file) {
    map.ErrorAt("chat_id_file", "at most one of chat_id & chat_id_file must be configured");
  }
  map.Read("message_thread_id", out.message_thread_id);
}

TelegramConfig ReadConfig(MapReader& map, const Node& global_node, const ReceiverDeps& deps) {
  TelegramConfig config;
  config.http = ReadHttpConfig(map, global_node);
  config::Diagnostics reported_elsewhere;
  MapReader global(global_node, reported_elsewhere);
  const bool shared_token = ReadAccess(global, "telegram_", config);
  const bool own_token = ReadAccess(map, "", config);
  if (!shared_token && !own_token) {
    map.Error("missing bot_token or bot_token_file on telegram_config");
  }
  ReadChat(map, config);
  map.Read("disable_notifications", config.disable_notifications);
  map.Read("parse_mode", config.parse_mode);
  if (std::ranges::find(kParseModes, config.parse_mode) == kParseModes.end()) {
    map.ErrorAt("parse_mode",
                "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or "
                "empty string");
  }
  TemplateText message(R"({{ template "telegram.default.message" . }})");
  ReadTemplate(map, "message", deps, message);
  config.message = TemplateText(
      message.text(), config.parse_mode == kHtml ? TextFlavor::kHtml : TextFlavor::kPlain);
  return config;
}

/// What Telegram takes as plain text in HTML.
std::string Escape(std::string_view text, const std::string& parse_mode) {
  if (parse_mode != kHtml) {
    return std::string(text);
  }
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Message(const TelegramConfig& config,
                    const ReceiverDeps& deps,
                    const Notification& notification) {
  const std::string url = AlertsUrl(notification, deps);
  const std::string subject = Escape(Summarize(notification, deps).Subject(), config.parse_mode);
  const FittedMessage fitted = FitAlerts(
      notification, kTelegramMessage, [&](const Notification& shown, std::size_t left_out) {
        Texts texts(deps, shown);
        std::string text = texts.Render(config.message, subject);
        text.insert(0, Escape(TestMark(notification, text), config.parse_mode));
        return text + Escape(texts.failures() + MoreLine(left_out, url), config.parse_mode);
      });
  if (fitted.fits) {
    return fitted.text;
  }
  // Cut markup would be refused.
  return config.parse_mode.empty()
             ? ShortenTo(fitted.text, kTelegramMessage)
             : subject + "\n" +
                   Escape(MoreLine(notification.alerts.size(), url), config.parse_mode);
}

/// Telegram says in the body how long it wants to be left alone.
void ReadRetryAfter(const std::string& body, Delivery& delivery) {
  const auto reply = nlohmann::json::parse(body, nullptr, false);
  const auto wait = nlohmann::json::json_pointer("/parameters/retry_after");
  if (delivery.outcome == Delivery::Outcome::kRetry && reply.is_object() && reply.contains(wait) &&
      reply[wait].is_number_integer()) {
    constexpr std::int64_t kLongest = 24 * 60 * 60;
    delivery.retry_after = std::chrono::seconds(
        std::clamp<std::int64_t>(reply[wait].get<std::int64_t>(), 0, kLongest));
  }
}

class TelegramReceiver final : public Receiver {
 public:
  TelegramReceiver(TelegramConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)), poster_(config_.http, deps_) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    const Result<Secret> token = config_.token.Load();
    if (!token) {
      return {Delivery::Outcome::kRetry, token.error().message, std::nullopt};
    }
    const Result<std::string> chat = Chat();
    if (!chat) {
      return {Delivery::Outcome::kRetry, chat.error().message, std::nullopt};
    }
    auto [delivery, body, status] =
        poster_.Post(fmt::format("{}/bot{}/sendMessage", config_.api_url, token->Reveal()),
                     Body(*chat, notification),
                     deadline,
                     stop);
    ReadRetryAfter(body, delivery);
    return delivery;
  }

 private:
  Result<std::string> Chat() const {
    if (config_.chat_id != 0) {
      return std::to_string(config_.chat_id);
    }
    SW_TRY_ASSIGN(const Secret chat, config_.chat_id_file.Load());
    return chat.Reveal();
  }

  /// All values are texts, as Alertmanager's library sends them.
  std::string Body(const std::string& chat, const Notification& notification) const {
    Json body = Json::object();
    body["chat_id"] = chat;
    body["disable_web_page_preview"] = "true";
    if (config_.disable_notifications) {
      body["disable_notification"] = "true";
    }
    if (config_.message_thread_id != 0) {
      body["message_thread_id"] = std::to_string(config_.message_thread_id);
    }
    if (!config_.parse_mode.empty()) {
      body["parse_mode"] = config_.parse_mode;
    }
    body["text"] = Message(config_, deps_, notification);
    return ToWire(body);
  }

  const TelegramConfig config_;
  const ReceiverDeps deps_;
  JsonPoster poster_;
};

std::unique_ptr<Receiver> Create(MapReader& map, const Node& global, const ReceiverDeps& deps) {
  return std::make_unique<TelegramReceiver>(ReadConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kTelegramSpec = {
    .key = "telegram_configs",
    .kind = "telegram",
    .send_resolved_by_default = true,
    .check_global = &CheckGlobal,
    .create = &Create,
};

}  // namespace sidewatch::alerts
