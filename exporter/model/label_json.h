#pragma once

#include "exporter/base/json_writer.h"
#include "exporter/model/label_set.h"

namespace sidewatch {

/// `{"instance":"shop:8000","job":"app"}`.
void WriteLabels(JsonWriter& json, const LabelSet& labels);

}  // namespace sidewatch
