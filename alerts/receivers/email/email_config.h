#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/receivers/common/deps.h"
#include "alerts/receivers/common/template_text.h"
#include "exporter/config/reader.h"
#include "exporter/net/smtp_client.h"

namespace sidewatch::alerts {

/// One entry of `email_configs`, with what `global:` adds to it.
struct EmailConfig {
  net::SmtpOptions server;
  std::optional<bool> force_implicit_tls;  ///< Nothing: as the port has it.
  TemplateText to;
  TemplateText from;
  std::vector<std::pair<std::string, TemplateText>> headers;  ///< Names as `Subject`, `X-Team`.
  TemplateText html;                                          ///< Empty: our own page.
  TemplateText text;                                          ///< Empty: our own text.
  bool threaded = false;       ///< All mails of a group answer a message that never was.
  bool thread_by_day = false;  ///< … another one each day.
  bool graphs = true;          ///< Shows how values moved.
  bool without_html = false;   ///< `html: ''`: the plain part only.
};

/// Reports what is wrong with the `smtp_*` keys of `global:`.
void CheckEmailGlobal(config::MapReader& global);

EmailConfig ReadEmailConfig(config::MapReader& map,
                            const config::Node& global,
                            const ReceiverDeps& deps);

}  // namespace sidewatch::alerts
