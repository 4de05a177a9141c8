#include "alerts/receivers/pagerduty/pagerduty_config.h"

#include <map>

#include "alerts/receivers/common/http_delivery.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;

void ReadEndpoint(MapReader& map, std::string_view key, std::string& out) {
  if (map.Read(key, out)) {
    if (const std::string wrong = WrongUrl(out); !wrong.empty()) {
      map.ErrorAt(key, wrong);
    }
  }
}

void ReadKeys(MapReader& map, PagerdutyConfig& out) {
  map.ReadSecret("routing_key", out.routing_key);
  map.ReadSecret("service_key", out.service_key);
  if (!HasSecret(map.node(), "routing_key") && !HasSecret(map.node(), "service_key")) {
    map.Error("missing service or routing key in PagerDuty config");
  }
}

/// The four of Alertmanager, and those of the file, which may replace them.
void ReadDetails(MapReader& map, const ReceiverDeps& deps, PagerdutyConfig& out) {
  std::map<std::string, JsonTemplate, std::less<>> details;
  details.emplace("firing", Json("{{ .Alerts.Firing | toJson }}"));
  details.emplace("resolved", Json("{{ .Alerts.Resolved | toJson }}"));
  details.emplace("num_firing", Json("{{ .Alerts.Firing | len }}"));
  details.emplace("num_resolved", Json("{{ .Alerts.Resolved | len }}"));
  if (const auto node = map.Get("details"); node && !node->is_null()) {
    if (node->is_map()) {
      for (const auto& [name, value] : node->entries()) {
        details.insert_or_assign(name.text(), JsonTemplate::Read(value, deps, map.diagnostics()));
      }
    } else {
      map.ErrorAt("details", "expected a map, got " + node->Describe());
    }
  }
  out.details.assign(details.begin(), details.end());
}

template <typename Item, typename ReadItem>
void ReadItems(MapReader& map, std::string_view key, std::vector<Item>& out, ReadItem read) {
  const auto node = map.Get(key);
  if (!node || node->is_null() || !config::ExpectList(*node, map.diagnostics())) {
    return;
  }
  for (const Node& item : node->items()) {
    MapReader entry(item, map.diagnostics());
    out.push_back(read(entry));
  }
}

}  // namespace

void CheckPagerdutyGlobal(MapReader& global) {
  std::string url;
  ReadEndpoint(global, "pagerduty_url", url);
}

PagerdutyConfig ReadPagerdutyConfig(MapReader& map,
                                    const Node& global_node,
                                    const ReceiverDeps& deps) {
  PagerdutyConfig config;
  config.http = ReadHttpConfig(map, global_node);
  config.url = "https://events.pagerduty.com/v2/enqueue";
  config::Diagnostics reported_elsewhere;
  MapReader global(global_node, reported_elsewhere);
  ReadEndpoint(global, "pagerduty_url", config.url);
  ReadEndpoint(map, "url", config.url);
  ReadKeys(map, config);
  constexpr std::pair<std::string_view, TemplateText PagerdutyConfig::*> kTexts[] = {
      {"client", &PagerdutyConfig::client},
      {"client_url", &PagerdutyConfig::client_url},
      {"description", &PagerdutyConfig::description},
      {"source", &PagerdutyConfig::source},
      {"severity", &PagerdutyConfig::severity},
      {"class", &PagerdutyConfig::event_class},
      {"component", &PagerdutyConfig::component},
      {"group", &PagerdutyConfig::group},
  };
  for (const auto& [key, field] : kTexts) {
    ReadTemplate(map, key, deps, config.*field);
  }
  ReadDetails(map, deps, config);
  ReadItems(map, "images", config.images, [&](MapReader& item) {
    PagerdutyImage image;
    ReadTemplate(item, "src", deps, image.src);
    ReadTemplate(item, "alt", deps, image.alt);
    ReadTemplate(item, "href", deps, image.href);
    return image;
  });
  ReadItems(map, "links", config.links, [&](MapReader& item) {
    PagerdutyLink link;
    ReadTemplate(item, "href", deps, link.href);
    ReadTemplate(item, "text", deps, link.text);
    return link;
  });
  return config;
}

}  // namespace sidewatch::alerts
