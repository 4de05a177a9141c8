#pragma once

#include <optional>

#include "collectors/application/scrape_job.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/scrape/target.h"

namespace sidewatch::application {

/// The labels of one entry of a target group, with `__address__`, and all that the job adds to
/// them: what `relabel_configs` begins with.
LabelSet DiscoveredLabels(const Job& job, const LabelSet& group);

/// A target of the job from its discovered labels. Nothing: relabelling drops it.
/// Errors: kInvalidArgument, in Prometheus' words: no address, a bad address or interval.
Result<std::optional<scrape::Target>> MakeTarget(const Job& job, const LabelSet& discovered);

/// Errors: kInvalidArgument for what is no `host:port`.
Status CheckAddress(std::string_view address);

}  // namespace sidewatch::application
