#include "alerts/receivers/slack/slack_message.h"

#include <array>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/summary.h"
#include "alerts/receivers/common/texts.h"
#include "alerts/receivers/common/trend_text.h"

namespace sidewatch::alerts {
namespace {

struct Look {
  std::string_view color;
  std::string_view emoji;
};

/// By Severity.
constexpr std::array<Look, 3> kFiringLooks = {
    {{"good", ":information_source:"}, {"warning", ":warning:"}, {"danger", ":rotating_light:"}}};
constexpr Look kResolvedLook = {"good", ":white_check_mark:"};

const Look& LookOf(bool firing, Severity severity) {
  return firing ? kFiringLooks[static_cast<std::size_t>(severity)] : kResolvedLook;
}

void AppendLine(std::string& out, std::string_view label, std::string_view text) {
  if (!text.empty()) {
    out += fmt::format("• *{}:* {}\n", label, EscapeSlack(text));
  }
}

using Link = std::pair<std::string_view, std::string_view>;

/// One line of those links that there are.
void AppendLinks(std::string& out, std::string_view bullet, std::initializer_list<Link> links) {
  std::string line;
  for (const auto& [url, word] : links) {
    if (!url.empty()) {
      line += fmt::format("{}<{}|{}>", line.empty() ? bullet : " · ", EscapeSlack(url), word);
    }
  }
  out += line.empty() ? "" : line + "\n";
}

std::string MoreLink(std::size_t left_out, const std::string& url) {
  if (left_out == 0) {
    return "";
  }
  return url.empty() ? fmt::format("+{} more\n", left_out)
                     : fmt::format("<{}|+{} more>\n", url, left_out);
}

std::string DefaultText(const NotificationSummary& summary, const std::string& url) {
  std::string text;
  for (const AlertSummary& alert : summary.alerts) {
    // In a group of several, each says for itself how it is.
    const std::string_view emoji =
        summary.alerts.size() > 1 ? LookOf(!alert.resolved, alert.severity).emoji : "";
    text += fmt::format("{}{}*{}*\n", emoji, emoji.empty() ? "" : " ", EscapeSlack(alert.title));
    if (!alert.description.empty()) {
      text += EscapeSlack(alert.description) + "\n";
    }
    AppendLine(text, "Where", alert.where);
    AppendLine(text, "Since", alert.since);
    AppendLine(text, "Value", alert.value);
    AppendLine(text, "Last hour", alert.moved);
    AppendLinks(text, "• ", {{alert.runbook, "Runbook"}, {alert.dashboard, "Dashboard"}});
  }
  text += MoreLink(summary.not_shown, url);
  AppendLinks(text, "", {{summary.ack_url, "Acknowledge"}, {summary.silence_url, "Silence"}});
  return text;
}

/// Fills one message; collects which templates failed.
class Builder {
 public:
  Builder(const SlackConfig& config,
          const ReceiverDeps& deps,
          const Notification& notification,
          const Trends& trends)
      : config_(config),
        deps_(deps),
        notification_(notification),
        summary_(Summarize(notification, deps)),
        trends_(trends) {}

  Json Build() {
    Json message = Json::object();
    SetUnlessEmpty(message, "channel", Text(config_.channel));
    SetUnlessEmpty(message, "username", Text(config_.username));
    SetUnlessEmpty(message, "icon_emoji", Text(config_.icon_emoji));
    SetUnlessEmpty(message, "icon_url", Text(config_.icon_url));
    if (config_.link_names) {
      message["link_names"] = true;
    }
    SetUnlessEmpty(message, "text", Text(config_.message_text));
    message["attachments"] = Json::array({Attachment()});
    return message;
  }

 private:
  static void SetUnlessEmpty(Json& out, const char* key, std::string text) {
    if (!text.empty()) {
      out[key] = std::move(text);
    }
  }

  /// The rendered text; `otherwise` if it is empty or fails.
  std::string Text(const TemplateText& text, std::string otherwise = "") {
    if (text.empty()) {
      return otherwise;
    }
    Result<std::string> rendered = text.Render(deps_, notification_);
    if (rendered) {
      return *std::move(rendered);
    }
    failures_ += FailureLine(rendered.error());
    return otherwise;
  }

  Json Attachment() {
    const Look& look = LookOf(summary_.firing, summary_.severity);
    const std::string subject = summary_.Subject();
    const std::string url = AlertsUrl(notification_, deps_);
    const std::string link = Text(config_.title_link, url);
    Json out = Json::object();
    std::string title = Text(config_.title, fmt::format("{} {}", look.emoji, EscapeSlack(subject)));
    title.insert(0, TestMark(notification_, title));
    SetUnlessEmpty(out, "title", ShortenTo(title, kSlackTitle));
    SetUnlessEmpty(out, "title_link", link);
    SetUnlessEmpty(out, "pretext", Text(config_.pretext));
    const std::string text = AlertsText(url);
    out["text"] = "";  // Its place in the order; the failures of what follows belong to it.
    out["fallback"] = Text(config_.fallback, url.empty() ? subject : subject + " | " + url);
    out["callback_id"] = Text(config_.callback_id);
    SetFields(out);
    SetActions(out);
    SetUnlessEmpty(out, "image_url", Text(config_.image_url));
    SetUnlessEmpty(out, "thumb_url", Text(config_.thumb_url));
    out["footer"] = Text(config_.footer);
    SetUnlessEmpty(out, "color", Text(config_.color, std::string(look.color)));
    if (!config_.mrkdwn_in.empty()) {
      out["mrkdwn_in"] = config_.mrkdwn_in;
    }
    out["text"] = text + failures_;
    return out;
  }

  /// The text with as many whole alerts as Slack takes.
  std::string AlertsText(const std::string& url) {
    std::string failure;
    const FittedMessage fitted =
        FitAlerts(notification_, kSlackText, [&](const Notification& shown, std::size_t left_out) {
          const Result<std::string> own = config_.text.Render(deps_, shown);
          if (own && !config_.text.empty()) {
            return *own + MoreLink(left_out, url);
          }
          failure = own ? "" : FailureLine(own.error());
          NotificationSummary summary = Summarize(shown, deps_);
          summary.not_shown += left_out;
          AddTrends(trends_, summary);
          return DefaultText(summary, url);
        });
    failures_ += failure;
    return ShortenTo(fitted.text, kSlackText);
  }

  static std::string FailureLine(const Error& error) {
    return fmt::format("\n_A template failed: {}_", EscapeSlack(error.message));
  }

  void SetFields(Json& out) {
    Json fields = Json::array();
    for (const SlackField& field : config_.fields) {
      fields.push_back({{"title", Text(field.title)},
                        {"value", Text(field.value)},
                        {"short", field.is_short.value_or(config_.short_fields)}});
    }
    // Whoever wrote the message wants that message.
    if (config_.fields.empty() && config_.text.empty() && config_.title.empty()) {
      AddField(fields, "Service", summary_.service);
      AddField(fields, "Environment", summary_.environment);
    }
    if (!fields.empty()) {
      out["fields"] = std::move(fields);
    }
  }

  static void AddField(Json& fields, std::string_view title, const std::string& value) {
    if (!value.empty()) {
      fields.push_back({{"title", title}, {"value", EscapeSlack(value)}, {"short", true}});
    }
  }

  void SetActions(Json& out) {
    for (const SlackAction& action : config_.actions) {
      Json item = Json::object();
      SetUnlessEmpty(item, "type", Text(action.type));
      SetUnlessEmpty(item, "text", Text(action.text));
      SetUnlessEmpty(item, "url", Text(action.url));
      SetUnlessEmpty(item, "style", Text(action.style));
      SetUnlessEmpty(item, "name", Text(action.name));
      SetUnlessEmpty(item, "value", Text(action.value));
      if (action.confirm) {
        Json confirm = Json::object();
        SetUnlessEmpty(confirm, "text", Text(action.confirm->text));
        SetUnlessEmpty(confirm, "title", Text(action.confirm->title));
        SetUnlessEmpty(confirm, "ok_text", Text(action.confirm->ok_text));
        SetUnlessEmpty(confirm, "dismiss_text", Text(action.confirm->dismiss_text));
        item["confirm"] = std::move(confirm);
      }
      out["actions"].push_back(std::move(item));
    }
  }

  const SlackConfig& config_;
  const ReceiverDeps& deps_;
  const Notification& notification_;
  const NotificationSummary summary_;
  const Trends& trends_;
  std::string failures_;
};

}  // namespace

std::string EscapeSlack(std::string_view text) {
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

Json BuildSlackMessage(const SlackConfig& config,
                       const ReceiverDeps& deps,
                       const Notification& notification,
                       const Trends& trends) {
  return Builder(config, deps, notification, trends).Build();
}

bool ShowsTrends(const SlackConfig& config) {
  return config.graphs && config.text.empty();
}

}  // namespace sidewatch::alerts
