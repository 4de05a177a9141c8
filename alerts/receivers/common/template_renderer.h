#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alerts/receivers/common/deps.h"
#include "alerts/receivers/common/renderer.h"
#include "exporter/base/clock.h"

namespace sidewatch::alerts {

/// Renders notification templates with the template engine. `files` are globs of further templates.
/// Without `ack_url`, what templates know as `ackURL` is empty.
/// Errors: kInvalidArgument (a file that does not parse), kNotFound. Lifetime: `clock` outlives the
/// result.
Result<std::shared_ptr<const Renderer>> MakeTemplateRenderer(const std::vector<std::string>& files,
                                                             const Clock& clock,
                                                             const std::string& external_url,
                                                             AckUrlFn ack_url = {});

}  // namespace sidewatch::alerts
