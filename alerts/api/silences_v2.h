#pragma once

#include "alerts/api/alertmanager_api.h"

namespace sidewatch::alerts {

/// GET and POST /api/v2/silences.
net::HttpResponse AnswerV2Silences(const AlertmanagerApiDeps& deps,
                                   const net::HttpRequest& request);
net::HttpResponse TakeV2Silence(const AlertmanagerApiDeps& deps, const net::HttpRequest& request);

/// GET and DELETE /api/v2/silence/{id}.
net::HttpResponse AnswerV2Silence(const AlertmanagerApiDeps& deps, const net::HttpRequest& request);
net::HttpResponse ExpireV2Silence(const AlertmanagerApiDeps& deps, const net::HttpRequest& request);

/// GET /api/v1/silences: all with their audit trails, in Prometheus' envelope.
net::HttpResponse AnswerSilenceTrails(const AlertmanagerApiDeps& deps);

}  // namespace sidewatch::alerts
