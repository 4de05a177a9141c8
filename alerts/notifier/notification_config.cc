#include "alerts/notifier/notification_config.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/http_delivery.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;

// Alertmanager's settings for receivers that are refused by their kind: without such a receiver
// they change nothing, and files carry them along.
constexpr std::string_view kGlobalsOfOtherKinds[] = {
    "jira_api_url",           "mattermost_webhook_url",   "mattermost_webhook_url_file",
    "opsgenie_api_key",       "opsgenie_api_key_file",    "opsgenie_api_url",
    "rocketchat_api_url",     "rocketchat_token",         "rocketchat_token_file",
    "rocketchat_token_id",    "rocketchat_token_id_file", "victorops_api_key",
    "victorops_api_key_file", "victorops_api_url",        "webex_api_url",
    "wechat_api_corp_id",     "wechat_api_secret",        "wechat_api_secret_file",
    "wechat_api_url",
};

void ReadGlobal(const Node& node,
                const NotificationConfigDeps& deps,
                config::Diagnostics& diagnostics,
                NotificationConfig& out) {
  MapReader global(node, diagnostics);
  global.Read("resolve_timeout", out.resolve_timeout);
  if (const auto http = global.Get("http_config"); http && !http->is_null()) {
    CheckHttpConfig(*http, diagnostics);
  }
  for (const ReceiverSpec* spec : deps.receivers) {
    spec->check_global(global);
  }
  for (const std::string_view key : kGlobalsOfOtherKinds) {
    global.Ignore({key});
  }
}

/// A file or a pattern, beside the file that names it if it is relative.
struct TemplateFile {
  std::string path;
};

/// A file may come later, as what a pattern matches may: it is looked for at each reading.
void ReadValue(const Node& node, config::Diagnostics& diagnostics, TemplateFile& out) {
  std::string text;
  config::ReadValue(node, diagnostics, text);
  out.path = config::ResolvePath(node.position(), text);
}

void ReadTemplates(MapReader& map, const NotificationConfigDeps& deps, ReceiverDeps& out) {
  std::vector<TemplateFile> named;
  map.Read("templates", named);
  std::vector<std::string> files;
  files.reserve(named.size());
  for (TemplateFile& file : named) {
    files.push_back(std::move(file.path));
  }
  if (!deps.make_renderer) {
    if (!files.empty()) {
      map.ErrorAt("templates", "notification templates are not supported here");
    }
    return;
  }
  auto renderer = deps.make_renderer(files);
  if (renderer) {
    out.renderer = *std::move(renderer);
  } else {
    map.ErrorAt("templates", renderer.error().message);
  }
}

}  // namespace

std::unique_ptr<NotificationConfig> ReadNotificationConfig(const Node& node,
                                                           const NotificationConfigDeps& deps,
                                                           config::Diagnostics& diagnostics) {
  auto read = std::make_unique<NotificationConfig>();
  read->external_labels = deps.receiver_deps.external_labels;
  if (node.is_null()) {
    diagnostics.Error(node.position(), "no route provided in config");
    return read;
  }
  MapReader map(node, diagnostics);
  const Node global = map.Get("global").value_or(Node());
  ReadGlobal(global, deps, diagnostics, *read);
  ReceiverDeps receiver_deps = deps.receiver_deps;
  ReadTemplates(map, deps, receiver_deps);
  read->receivers = ReadReceivers(
      map.Get("receivers").value_or(Node()), global, deps.receivers, receiver_deps, diagnostics);
  read->time_intervals = TimeIntervals::Read(map.Get("time_intervals").value_or(Node()),
                                             map.Get("mute_time_intervals").value_or(Node()),
                                             diagnostics);
  read->inhibit_rules = ReadInhibitRules(map.Get("inhibit_rules").value_or(Node()), diagnostics);
  if (const auto route = map.Get("route")) {
    read->routes =
        RouteTree::Read(*route, {read->receivers.names, read->time_intervals.Names()}, diagnostics);
  } else {
    map.Error("no routes provided");
  }
  return read;
}

}  // namespace sidewatch::alerts
