#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <span>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/scrape/target.h"
#include "exporter/storage/appender.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::scrape {

/// Ends the series of `targets` that the program, when it ran last, left without an end.
///
/// A value that the target does not show any more would otherwise be taken for its present one for
/// five minutes, and an alert on it would go on firing. The marker stands right after the last
/// sample: what the target still shows goes on with its first run. Call it before that. Metrics
/// that rules write, `of_rules`, are left as they are, also where they have a target's labels.
/// Returns how many series ended. Errors: of the store; then nothing has changed.
Result<std::size_t> EndLeftOver(std::span<const Target> targets,
                                const std::set<std::string, std::less<>>& of_rules,
                                const storage::Queryable& from,
                                storage::Appendable& to,
                                TimePoint now);

}  // namespace sidewatch::scrape
