#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/model/label_set.h"
#include "exporter/tsdb/byte_io.h"

namespace sidewatch::tsdb {

/// The texts of the labels before, place by place: both sides fill it alike. Lifetime: the texts
/// are those of the labels or bytes that were given.
using LabelTexts = std::vector<std::string_view>;

/// Appends `labels`, leaving out what the labels before have at the same place.
void PutLabels(std::string& out, const LabelSet& labels, LabelTexts& before);

/// Reads what PutLabels wrote. Nothing: the bytes are not such.
std::optional<LabelSet> ReadLabels(ByteReader& in, LabelTexts& before);

}  // namespace sidewatch::tsdb
