#pragma once

#include <optional>
#include <stop_token>

#include "alerts/model/trend.h"
#include "exporter/promql/engine.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::alerts::rules {

/// The value that an alert of our own rules compares, over the hour before `until`: that of its
/// expression without the comparison. The expression stands in the alert's `generator_url`.
///
/// Gives nothing for alerts of others, for expressions without a series like the alert, and for
/// those that take longer than a second or many samples: the message goes without.
std::optional<Trend> TrendOf(const promql::Engine& engine,
                             const storage::Queryable& storage,
                             const Clock& clock,
                             const Alert& alert,
                             TimePoint until);

}  // namespace sidewatch::alerts::rules
