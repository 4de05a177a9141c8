#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/receivers/common/deps.h"
#include "alerts/receivers/common/template_text.h"
#include "exporter/config/reader.h"
#include "exporter/net/http_client.h"

namespace sidewatch::alerts {

/// One of the small columns below a message.
struct SlackField {
  TemplateText title;
  TemplateText value;
  std::optional<bool> is_short;  ///< Absent: short_fields of the message.
};

/// Asks again before a button does its work.
struct SlackConfirmation {
  TemplateText text;
  TemplateText title;
  TemplateText ok_text;
  TemplateText dismiss_text;
};

/// A button or another interactive part.
struct SlackAction {
  TemplateText type;
  TemplateText text;
  TemplateText url;
  TemplateText style;
  TemplateText name;
  TemplateText value;
  std::optional<SlackConfirmation> confirm;
};

/// One entry of `slack_configs`. Empty texts stand for our own message's.
struct SlackConfig {
  config::SecretSource url;  ///< The incoming webhook; empty with `app_url`.
  std::string app_url;       ///< Where a bot with a token posts.
  net::HttpClientOptions http;
  TemplateText channel;
  TemplateText username{"sidewatch"};
  TemplateText color;
  TemplateText title;
  TemplateText title_link;
  TemplateText pretext;
  TemplateText text;
  TemplateText message_text;  ///< Above the attachment.
  TemplateText footer;
  TemplateText fallback;
  TemplateText callback_id;
  TemplateText icon_emoji;
  TemplateText icon_url;
  TemplateText image_url;
  TemplateText thumb_url;
  std::vector<SlackField> fields;
  std::vector<SlackAction> actions;
  std::vector<std::string> mrkdwn_in = {"fallback", "pretext", "text"};
  bool short_fields = false;
  bool graphs = true;  ///< Shows how values moved.
  bool link_names = false;
  bool update_message = false;          ///< Later notifications change the first message.
  bool post_updates_to_thread = false;  ///< … and, or instead, are replies to it.
};

/// Reports what is wrong with the `slack_*` keys of `global:`.
void CheckSlackGlobal(config::MapReader& global);

SlackConfig ReadSlackConfig(config::MapReader& map,
                            const config::Node& global,
                            const ReceiverDeps& deps);

}  // namespace sidewatch::alerts
