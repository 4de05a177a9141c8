#include "alerts/receivers/slack/slack_config.h"

#include <string_view>
#include <utility>

#include "alerts/receivers/common/http_delivery.h"
#include "alerts/receivers/common/json_poster.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;
using config::SecretSource;

constexpr std::string_view kPostMessageUrl = "https://slack.com/api/chat.postMessage";

/// Where to post and as whom, as one level of the file says it: `global:` or a receiver.
struct Access {
  SecretSource url;
  bool has_url = false;
  SecretSource token;
  bool has_token = false;
  bool posts_as_bot = false;  ///< The URL is not a webhook's but the bots'.
  std::string app_url;
};

Access ReadAccess(MapReader& map, const std::string& prefix) {
  Access access;
  access.has_url = ReadUrl(map, prefix + "api_url", access.url);
  access.has_token = map.ReadSecret(prefix + "app_token", access.token);
  // Slack's own name for it.
  access.has_token = map.ReadSecret(prefix + "bot_token", access.token) || access.has_token;
  if (map.Read(prefix + "app_url", access.app_url) && !access.app_url.empty()) {
    if (const std::string wrong = WrongUrl(access.app_url); !wrong.empty()) {
      map.ErrorAt(prefix + "app_url", wrong);
    }
  }
  // The bots' address as webhook is how tokens were set before there was a key for them.
  const auto url = map.node().Find(prefix + "api_url");
  access.posts_as_bot = url && url->is_scalar() && url->text() == kPostMessageUrl;
  if (access.has_url && access.has_token && !access.posts_as_bot) {
    map.ErrorAt(prefix + "app_token",
                "at most one of " + prefix + "app_token/" + prefix + "app_token_file & " + prefix +
                    "api_url/" + prefix + "api_url_file must be configured");
  }
  return access;
}

Access ReadGlobal(const Node& global) {
  config::Diagnostics reported_elsewhere;
  MapReader map(global, reported_elsewhere);
  return ReadAccess(map, "slack_");
}

void UseToken(const Access& own, const Access& global, MapReader& map, SlackConfig& out) {
  const SecretSource& token = own.has_token ? own.token : global.token;
  out.app_url = own.app_url.empty() ? global.app_url : own.app_url;
  if (out.app_url.empty()) {
    out.app_url = kPostMessageUrl;
  }
  // Credentials in http_config are the older way to say the same and win, as in Alertmanager.
  if (!out.http.authorization.empty() && own.has_token) {
    map.ErrorAt("app_token", "at most one of app_token & http_config.authorization is possible");
  }
  if (out.http.authorization.empty()) {
    out.http.authorization = token;
  }
}

void ReadDestination(MapReader& map, const Node& global_node, SlackConfig& out) {
  const Access own = ReadAccess(map, "");
  const Access global = ReadGlobal(global_node);
  if (own.has_url && !own.posts_as_bot) {
    out.url = own.url;
  } else if (own.has_token || global.has_token) {
    UseToken(own, global, map, out);
  } else if (own.posts_as_bot || (!own.has_url && global.posts_as_bot)) {
    out.app_url = kPostMessageUrl;  // The token is in http_config.
  } else if (global.has_url) {
    out.url = global.url;
  } else {
    map.Error("no Slack API URL nor App token set either inline or in a file");
  }
}

void ReadUpdates(MapReader& map, SlackConfig& out) {
  constexpr std::pair<std::string_view, bool SlackConfig::*> kUpdates[] = {
      {"update_message", &SlackConfig::update_message},
      {"post_updates_to_thread", &SlackConfig::post_updates_to_thread},
  };
  for (const auto& [key, field] : kUpdates) {
    map.Read(key, out.*field);
    if (out.*field && out.app_url.empty()) {
      map.ErrorAt(key,
                  std::string(key) + " can only be used with bot tokens. api_url must be set to " +
                      std::string(kPostMessageUrl));
    }
  }
}

void ReadFields(const Node& node,
                const ReceiverDeps& deps,
                config::Diagnostics& diagnostics,
                std::vector<SlackField>& out) {
  if (!config::ExpectList(node, diagnostics)) {
    return;
  }
  for (const Node& item : node.items()) {
    MapReader map(item, diagnostics);
    SlackField field;
    if (!ReadTemplate(map, "title", deps, field.title)) {
      map.Error("missing title in Slack field configuration");
    }
    if (!ReadTemplate(map, "value", deps, field.value)) {
      map.Error("missing value in Slack field configuration");
    }
    map.Read("short", field.is_short);
    out.push_back(std::move(field));
  }
}

SlackConfirmation ReadConfirmation(const Node& node,
                                   const ReceiverDeps& deps,
                                   config::Diagnostics& diagnostics) {
  MapReader map(node, diagnostics);
  SlackConfirmation confirm;
  if (!ReadTemplate(map, "text", deps, confirm.text)) {
    map.Error("missing text in Slack confirmation configuration");
  }
  ReadTemplate(map, "title", deps, confirm.title);
  ReadTemplate(map, "ok_text", deps, confirm.ok_text);
  ReadTemplate(map, "dismiss_text", deps, confirm.dismiss_text);
  return confirm;
}

void ReadActions(const Node& node,
                 const ReceiverDeps& deps,
                 config::Diagnostics& diagnostics,
                 std::vector<SlackAction>& out) {
  if (!config::ExpectList(node, diagnostics)) {
    return;
  }
  for (const Node& item : node.items()) {
    MapReader map(item, diagnostics);
    SlackAction action;
    if (!ReadTemplate(map, "type", deps, action.type)) {
      map.Error("missing type in Slack action configuration");
    }
    if (!ReadTemplate(map, "text", deps, action.text)) {
      map.Error("missing text in Slack action configuration");
    }
    const bool has_url = ReadTemplate(map, "url", deps, action.url);
    const bool has_name = ReadTemplate(map, "name", deps, action.name);
    if (!has_url && !has_name) {
      map.Error("missing name or url in Slack action configuration");
    }
    ReadTemplate(map, "style", deps, action.style);
    ReadTemplate(map, "value", deps, action.value);
    if (const auto confirm = map.Get("confirm"); confirm && !confirm->is_null()) {
      action.confirm = ReadConfirmation(*confirm, deps, diagnostics);
    }
    out.push_back(std::move(action));
  }
}

void ReadTexts(MapReader& map, const ReceiverDeps& deps, SlackConfig& out) {
  constexpr std::pair<std::string_view, TemplateText SlackConfig::*> kTexts[] = {
      {"channel", &SlackConfig::channel},
      {"username", &SlackConfig::username},
      {"color", &SlackConfig::color},
      {"title", &SlackConfig::title},
      {"title_link", &SlackConfig::title_link},
      {"pretext", &SlackConfig::pretext},
      {"text", &SlackConfig::text},
      {"message_text", &SlackConfig::message_text},
      {"footer", &SlackConfig::footer},
      {"fallback", &SlackConfig::fallback},
      {"callback_id", &SlackConfig::callback_id},
      {"icon_emoji", &SlackConfig::icon_emoji},
      {"icon_url", &SlackConfig::icon_url},
      {"image_url", &SlackConfig::image_url},
      {"thumb_url", &SlackConfig::thumb_url},
  };
  for (const auto& [key, field] : kTexts) {
    ReadTemplate(map, key, deps, out.*field);
  }
}

}  // namespace

void CheckSlackGlobal(MapReader& global) {
  ReadAccess(global, "slack_");
}

SlackConfig ReadSlackConfig(MapReader& map, const Node& global, const ReceiverDeps& deps) {
  SlackConfig config;
  config.http = ReadHttpConfig(map, global);
  ReadDestination(map, global, config);
  ReadUpdates(map, config);
  ReadTexts(map, deps, config);
  map.Read("short_fields", config.short_fields);
  map.Read("graphs", config.graphs);
  map.Read("link_names", config.link_names);
  map.Read("mrkdwn_in", config.mrkdwn_in);
  if (const auto fields = map.Get("fields"); fields && !fields->is_null()) {
    ReadFields(*fields, deps, map.diagnostics(), config.fields);
  }
  if (const auto actions = map.Get("actions"); actions && !actions->is_null()) {
    ReadActions(*actions, deps, map.diagnostics(), config.actions);
  }
  return config;
}

}  // namespace sidewatch::alerts
