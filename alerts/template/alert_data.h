#pragma once

#include <string>
#include <vector>

#include "alerts/template/value.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {

extern const Type kSampleType;
extern const Type kSampleListType;
extern const Type kAlertDataType;

/// A map from label names to values, `map[string]string` to a template.
Value MakeLabelMap(const LabelSet& labels);

/// One sample of a query; `value` is a float, or anything that prints.
Value MakeSample(const LabelSet& labels, Value value);

/// What `query` gives.
Value MakeSampleList(std::vector<Value> samples);

/// What the templates of an alert's labels and annotations see as dot.
struct AlertData {
  LabelSet labels;  ///< Of the sample, with `__name__`.
  LabelSet external_labels;
  std::string external_url;
  Value value;
};

Value MakeAlertData(const AlertData& data);

/// Stands before every label and annotation of an alert, so that `$labels` and `$value` work.
extern const std::string_view kAlertTemplatePrefix;

}  // namespace sidewatch::alerts::templates
