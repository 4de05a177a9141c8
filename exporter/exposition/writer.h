#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/exposition/format.h"
#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// Takes the page piece by piece. False: the client is gone, nothing more is made.
using PieceSink = std::function<bool(std::string_view piece)>;

/// Writes one page from the families of several targets, in pieces of some 64 KiB; there is never a
/// copy of the whole page.
///
/// Families of the same name are one family: the first HELP wins, and types that differ make it
/// untyped. In OpenMetrics a counter whose inherited name does not end in `_total` is of type
/// unknown there, as the format allows no other; everything else keeps its type. Shape: each list
/// of `targets` is sorted by family name.
void WritePage(std::span<const std::vector<MetricFamily>* const> targets,
               const ContentType& content_type,
               const PieceSink& sink);

}  // namespace sidewatch::exposition
