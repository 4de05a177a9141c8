#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/exposition/format.h"
#include "exporter/model/metric.h"

namespace sidewatch::exposition {

/// Takes the pieces of a page as they are made. Returns false to stop: the reader is gone.
using PieceSink = std::function<bool(std::string_view piece)>;

/// Writes the families as one page, in pieces of about 64 KiB, sorted by name.
///
/// Shape:  families of the same name (of several targets) become one: the first help and unit that
///         are not empty win, and types that differ make it untyped. A family without samples is
///         left out. Samples keep their order.
///         What a type name cannot say in the format becomes the nearest that it can: in the text
///         format `info` and `stateset` are gauges, `gaugehistogram` is untyped; in OpenMetrics a
///         family whose sample names do not fit its type (a counter whose inherited name lacks
///         `_total`) is `unknown` under the sample's own name, as no other type lets the name be.
/// Errors: none; returns false if the sink did.
/// Cost:   no copy of a sample; memory of one piece and two words a family.
bool WritePage(std::span<const MetricFamily* const> families,
               const PageFormat& format,
               const PieceSink& sink);

/// The same page as one text.
std::string FormatPage(std::span<const MetricFamily* const> families, const PageFormat& format);

}  // namespace sidewatch::exposition
