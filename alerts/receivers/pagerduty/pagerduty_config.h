#pragma once

#include <string>
#include <utility>
#include <vector>

#include "alerts/receivers/common/json_poster.h"
#include "alerts/receivers/common/json_template.h"
#include "alerts/receivers/common/template_text.h"

namespace sidewatch::alerts {

struct PagerdutyImage {
  TemplateText src;
  TemplateText alt;
  TemplateText href;
};

struct PagerdutyLink {
  TemplateText href;
  TemplateText text;
};

/// One entry of `pagerduty_configs`.
struct PagerdutyConfig {
  net::HttpClientOptions http;
  std::string url;                   ///< Of the Events API v2.
  config::SecretSource routing_key;  ///< Events API v2.
  config::SecretSource service_key;  ///< Events API v1; wins, as in Alertmanager.
  TemplateText client{R"({{ template "pagerduty.default.client" . }})"};
  TemplateText client_url{R"({{ template "pagerduty.default.clientURL" . }})"};
  TemplateText description{R"({{ template "pagerduty.default.description" .}})"};
  TemplateText source;  ///< Empty: `client`.
  TemplateText severity{"error"};
  TemplateText event_class;
  TemplateText component;
  TemplateText group;
  std::vector<std::pair<std::string, JsonTemplate>> details;  ///< By name.
  std::vector<PagerdutyImage> images;
  std::vector<PagerdutyLink> links;
};

/// Reports what is wrong with the `pagerduty_*` keys of `global:`.
void CheckPagerdutyGlobal(config::MapReader& global);

PagerdutyConfig ReadPagerdutyConfig(config::MapReader& map,
                                    const config::Node& global,
                                    const ReceiverDeps& deps);

}  // namespace sidewatch::alerts
