#include "exporter/app/load.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "alerts/library/library.h"
#include "alerts/receivers/builtin.h"
#include "alerts/receivers/common/template_renderer.h"
#include "collectors/application/scrape_configs.h"
#include "collectors/builtin.h"
#include "exporter/app/environment_config.h"
#include "exporter/base/file.h"
#include "exporter/base/glob.h"
#include "exporter/net/http_client.h"
#include "exporter/net/smtp_client.h"

namespace sidewatch::app {
namespace {

using config::Diagnostics;

// Alerts are evaluated and shown also when nobody is to be told of them.
constexpr std::string_view kNobody = "{route: {receiver: nobody}, receivers: [{name: nobody}]}";

struct Source {
  std::string text;
  std::string name;
  std::string folder;
};

std::optional<Source> ReadSource(const std::string& config_file, Diagnostics& diagnostics) {
  if (config_file.empty()) {
    return Source{
        .text = ConfigFromEnvironment(&ProcessEnvironment), .name = "environment", .folder = "."};
  }
  Result<std::string> text = ReadFile(config_file);
  if (!text) {
    diagnostics.Error(fmt::format("{}: cannot be read: {}", config_file, text.error().message));
    return std::nullopt;
  }
  const std::filesystem::path folder = std::filesystem::path(config_file).parent_path();
  return Source{.text = *std::move(text),
                .name = config_file,
                .folder = folder.empty() ? "." : folder.string()};
}

scrape::Memory* MemoryOf(std::string_view kind, const LoadDeps& deps) {
  const auto own = deps.own_memories.find(kind);
  return own == deps.own_memories.end() ? deps.memory : own->second;
}

std::vector<scrape::Target> ReadTargets(const AppConfig& app,
                                        const LoadDeps& deps,
                                        Diagnostics& diagnostics) {
  const scrape::TargetDefaults defaults{.interval = app.global.scrape_interval,
                                        .timeout = app.global.scrape_timeout};
  std::vector<scrape::Target> targets;
  std::map<std::string, std::size_t> index;
  for (const TargetNode& target : app.targets) {
    const auto specs = collectors::BuiltinCollectors();
    const auto spec =
        std::ranges::find(specs, target.kind, [](const auto* row) { return row->kind; });
    const scrape::CollectorDeps collector_deps{.clock = deps.clock,
                                               .log = deps.log.Named(target.kind),
                                               .memory = MemoryOf(target.kind, deps)};
    auto read =
        scrape::ReadTarget({.spec = **spec, .node = target.node, .index = index[target.kind]++},
                           defaults,
                           collector_deps,
                           diagnostics);
    if (read) {
      targets.push_back(std::move(*read));
    }
  }
  scrape::TellApart(targets);
  for (scrape::Target& target : application::ReadScrapeConfigs(
           app.scrape_configs, defaults, app.global.limits, diagnostics)) {
    targets.push_back(std::move(target));
  }
  scrape::CheckNames(targets, diagnostics);
  return targets;
}

std::vector<alerts::rules::GroupConfig> ReadRules(const AppConfig& app,
                                                  const LoadDeps& deps,
                                                  Diagnostics& diagnostics) {
  const alerts::rules::LoadOptions options{.parser = deps.parser,
                                           .default_query_offset = app.global.rule_query_offset};
  std::vector<alerts::rules::GroupConfig> groups =
      alerts::library::ReadLibrary(app.library, options, diagnostics);
  for (const std::string& path : app.rule_files) {
    for (alerts::rules::GroupConfig& group :
         alerts::rules::LoadRuleFile(path, options, diagnostics)) {
      groups.push_back(std::move(group));
    }
  }
  for (alerts::rules::GroupConfig& group : groups) {
    if (group.interval == Duration(0)) {
      group.interval = app.global.evaluation_interval;
    }
    group.external_labels = app.global.external_labels;
  }
  return groups;
}

/// As in Alertmanager, a template file that is named and missing is no mistake of the file; a text
/// that wants it is replaced by our own words.
void WarnOfMissing(const std::vector<std::string>& files, const Logger& log) {
  for (const std::string& file : files) {
    if (file.find_first_of("*?[\\") == std::string::npos && Glob(file).empty()) {
      log.Warn("there is no such template file", {{"file", file}});
    }
  }
}

std::unique_ptr<alerts::NotificationConfig> ReadNotifications(const AppConfig& app,
                                                              const LoadDeps& deps,
                                                              Diagnostics& diagnostics) {
  const config::Node nobody =
      *config::ParseYaml(kNobody, "default", config::ExpandEnv::kNo, diagnostics);
  const alerts::NotificationConfigDeps config_deps{
      .receivers = alerts::BuiltinReceivers(),
      .receiver_deps = {.clock = &deps.clock,
                        .http = deps.http,
                        .mail = deps.mail,
                        .external_labels = app.global.external_labels,
                        .external_url = deps.external_url,
                        .trend = deps.trend,
                        .ack_url = deps.ack_url,
                        .grafana_url = app.global.grafana_url},
      .make_renderer = [&deps](const std::vector<std::string>& files) {
        WarnOfMissing(files, deps.log);
        return alerts::MakeTemplateRenderer(files, deps.clock, deps.external_url, deps.ack_url);
      }};
  return alerts::ReadNotificationConfig(
      app.notifications.value_or(nobody), config_deps, diagnostics);
}

/// Where the configured probes look, /probe may look too.
probes::Endpoint ReadProbe(const AppConfig& app, Diagnostics& diagnostics) {
  std::vector<std::string> urls;
  for (const TargetNode& target : app.targets) {
    const auto url = target.kind == "probes" ? target.node.Find("url") : std::nullopt;
    if (url && url->is_scalar()) {
      urls.push_back(url->text());
    }
  }
  return probes::ReadEndpoint(app.probe, urls, diagnostics);
}

}  // namespace

LoadedConfig LoadConfig(const std::string& config_file,
                        const LoadDeps& deps,
                        Diagnostics& diagnostics) {
  LoadedConfig loaded;
  const auto source = ReadSource(config_file, diagnostics);
  if (!source) {
    return loaded;
  }
  std::vector<std::string> kinds;
  for (const scrape::CollectorSpec* spec : collectors::BuiltinCollectors()) {
    kinds.emplace_back(spec->kind);
  }
  loaded.app = ReadAppConfig(source->text, source->name, source->folder, kinds, diagnostics);
  loaded.targets = ReadTargets(loaded.app, deps, diagnostics);
  loaded.probe = ReadProbe(loaded.app, diagnostics);
  loaded.groups = ReadRules(loaded.app, deps, diagnostics);
  loaded.notifications = ReadNotifications(loaded.app, deps, diagnostics);
  if (!loaded.app.notifications) {
    loaded.app.shown_notifications = kNobody;
  }
  return loaded;
}

}  // namespace sidewatch::app
