#pragma once

#include "alerts/api/alertmanager_api.h"

namespace sidewatch::alerts {

/// GET and POST /api/v2/alerts.
net::HttpResponse AnswerV2Alerts(const AlertmanagerApiDeps& deps, const net::HttpRequest& request);
net::HttpResponse TakeV2Alerts(const AlertmanagerApiDeps& deps, const net::HttpRequest& request);

/// GET /api/v2/alerts/groups.
net::HttpResponse AnswerV2Groups(const AlertmanagerApiDeps& deps, const net::HttpRequest& request);

}  // namespace sidewatch::alerts
