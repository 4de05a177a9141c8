#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "alerts/template/value.h"
#include "exporter/base/clock.h"
#include "exporter/model/label_set.h"

namespace sidewatch::conformance {

// The JSON of the case files has each map in the order of its keys; so do Go's templates.
using Json = nlohmann::json;

/// The value that the wrappers of gotemplate_cases.json and notification_template_cases.json
/// describe (`{"$int": 3}`, `{"$notification": …}`, `{"type": "[]uint64", "value": […]}`).
alerts::templates::Value ToValue(const Json& data);

/// One sample of a `query_result`.
alerts::templates::Value ToSample(const Json& sample);

alerts::templates::Value ToNotification(const Json& data);

LabelSet ToLabels(const Json& labels);

double ToNumber(const Json& number);

/// The moment that `now-1h` counts from.
TimePoint CaseTime();

}  // namespace sidewatch::conformance
