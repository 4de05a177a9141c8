#include "exporter/exposition/start_times.h"

#include <functional>

#include "exporter/exposition/canonical_float.h"
#include "exporter/exposition/openmetrics_parser.h"
#include "exporter/exposition/sample_number.h"

namespace sidewatch::exposition {
namespace {

constexpr std::string_view kCreated = "_created";

bool HasStartTimes(MetricType type) {
  return type == MetricType::kCounter || type == MetricType::kSummary ||
         type == MetricType::kHistogram;
}

}  // namespace

bool StartTimes::IsCreated(const RawEntry& entry) {
  return HasStartTimes(entry.type) && entry.labels.metric->text.ends_with(kCreated);
}

void StartTimes::BeginFamily(std::string_view name) {
  family_ = name;
  looked_ = false;
  created_.clear();
  next_ = 0;
}

std::optional<TimePoint> StartTimes::Find(const RawEntry& entry, std::string_view rest) {
  if (!HasStartTimes(entry.type)) {
    last_.reset();
    return std::nullopt;
  }
  if (!looked_) {
    looked_ = true;
    LookThrough(entry.type, rest);
  }
  if (created_.empty()) {
    last_.reset();
    return std::nullopt;
  }
  const std::uint64_t series = Identify(entry, entry.labels.metric->text.substr(0, family_.size()));
  if (last_.has_value() && last_->series == series) {
    return FromSeconds(last_->seconds);
  }
  while (next_ < created_.size() && created_[next_].bytes_left >= rest.size()) {
    ++next_;
  }
  if (next_ == created_.size() || created_[next_].series != series) {
    last_.reset();
    return std::nullopt;
  }
  last_ = created_[next_];
  return FromSeconds(last_->seconds);
}

void StartTimes::LookThrough(MetricType type, std::string_view rest) {
  const std::string_view family = rest.substr(0, rest.find("\n# "));
  if (family.find(kCreated) == std::string_view::npos) {
    return;
  }
  OpenMetricsParser parser(rest, CreatedSamples::kEntries);
  RawEntry entry;
  entry.type = type;
  while (parser.Next(entry) == Step::kEntry && entry.kind == EntryKind::kSample) {
    const std::string_view name = entry.labels.metric->text;
    if (name.ends_with(kCreated)) {
      created_.push_back({.bytes_left = rest.size() - parser.pos(),
                          .series = Identify(entry, name.substr(0, name.size() - kCreated.size())),
                          .seconds = entry.value});
    }
  }
}

// The labels as written, without the one that tells the parts of one histogram or summary apart.
std::uint64_t StartTimes::Identify(const RawEntry& entry, std::string_view family) {
  scratch_.assign(family);
  for (const RawLabel& label : entry.labels.labels) {
    if (!IsNumberLabel(entry.type, label.name.text)) {
      scratch_ += '\0';
      scratch_ += label.name.text;
      scratch_ += '\0';
      scratch_ += label.value.text;
    }
  }
  return std::hash<std::string_view>{}(scratch_);
}

}  // namespace sidewatch::exposition
