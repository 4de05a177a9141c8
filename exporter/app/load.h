#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alerts/notifier/notification_config.h"
#include "alerts/rules/rule_file.h"
#include "collectors/probes/modules.h"
#include "exporter/app/config_file.h"
#include "exporter/app/flags.h"
#include "exporter/base/clock.h"
#include "exporter/config/diagnostics.h"
#include "exporter/promql/parser.h"
#include "exporter/scrape/target.h"

namespace sidewatch::app {

/// A configuration read to its last leaf: nothing in it can fail any more when it is applied.
struct LoadedConfig {
  AppConfig app;
  std::vector<scrape::Target> targets;  ///< Without the program itself.
  std::vector<alerts::rules::GroupConfig> groups;
  std::unique_ptr<alerts::NotificationConfig> notifications;
  probes::Endpoint probe;  ///< What /probe may do.
};

/// What reading takes. Lifetime: `clock` outlives the targets.
struct LoadDeps {
  const Clock& clock;
  Logger log;
  promql::ParserOptions parser;
  std::string external_url;
  scrape::Memory* memory = nullptr;  ///< What collectors remember; outlives the targets.
  /// Collectors of these kinds remember there instead.
  std::map<std::string, scrape::Memory*, std::less<>> own_memories = {};
  /// How receivers reach the world.
  alerts::HttpFactory http = &net::HttpClient::Create;
  alerts::MailFn mail = &net::SendMail;
  alerts::TrendFn trend = {};     ///< Null: messages say nothing of the past.
  alerts::AckUrlFn ack_url = {};  ///< Null: messages have no link to acknowledge by.
};

/// Reads the config file, its rule files and its notifications; without a file, the environment's
/// configuration. What is wrong goes to `diagnostics`; the result is then not to be used.
LoadedConfig LoadConfig(const std::string& config_file,
                        const LoadDeps& deps,
                        config::Diagnostics& diagnostics);

}  // namespace sidewatch::app
