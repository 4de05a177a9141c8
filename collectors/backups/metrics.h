#pragma once

#include "exporter/model/metric.h"

namespace sidewatch::backups {

extern const MetricDescriptor kLastSuccess;
extern const MetricDescriptor kAge;
extern const MetricDescriptor kSize;
extern const MetricDescriptor kSizeMedian;
extern const MetricDescriptor kFiles;
extern const MetricDescriptor kOldest;
extern const MetricDescriptor kVerified;
extern const MetricDescriptor kExpected;
extern const MetricDescriptor kNextExpected;
extern const MetricDescriptor kState;
extern const MetricDescriptor kMissedTotal;
extern const MetricDescriptor kErrors;
extern const MetricDescriptor kProblem;
extern const MetricDescriptor kFree;
extern const MetricDescriptor kMaxAge;
extern const MetricDescriptor kMinSize;
extern const MetricDescriptor kKeepSeconds;
extern const MetricDescriptor kKeepFiles;
extern const MetricDescriptor kVerifies;

std::span<const MetricDescriptor> AllMetrics();

}  // namespace sidewatch::backups
