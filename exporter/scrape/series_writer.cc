#include "exporter/scrape/series_writer.h"

#include <string>

namespace sidewatch::scrape {
namespace {

LabelSet TargetLabels(const TargetConfig& config) {
  LabelSetBuilder builder(config.labels);
  if (builder.Get("job").empty()) {
    builder.Set("job", config.job);
  }
  if (builder.Get("instance").empty()) {
    builder.Set("instance", config.instance);
  }
  return builder.Build();
}

void Count(const Error& error, WriteReport& report) {
  if (error.code == ErrorCode::kLimitExceeded) {
    ++report.refused_over_limit;
  } else {
    ++report.refused_out_of_order;
  }
}

}  // namespace

SeriesWriter::SeriesWriter(const TargetConfig& config, storage::Appendable& store)
    : config_(config), store_(store), target_labels_(TargetLabels(config)) {}

LabelSet SeriesWriter::StoredLabels(const LabelSet& raw) const {
  LabelSetBuilder builder(raw);
  for (const Label label : target_labels_) {
    const std::string_view own = raw.Get(label.name);
    if (!own.empty()) {
      if (config_.honor_labels) {
        continue;
      }
      std::string moved = "exported_" + std::string(label.name);
      while (!builder.Get(moved).empty()) {
        moved = "exported_" + moved;
      }
      builder.Set(moved, own);
    }
    builder.Set(label.name, label.value);
  }
  return builder.Build();
}

void SeriesWriter::WriteSample(storage::Appender& appender,
                               const MetricSample& sample,
                               TimePoint at,
                               WriteReport& report) {
  ++report.scraped;
  const TimePoint when = config_.honor_timestamps && sample.at ? *sample.at : at;
  auto [found, is_new] = known_.try_emplace(sample.labels);
  Known& known = found->second;
  if (!is_new && known.run == run_) {
    return;  // The same series twice in one run: the first one counts.
  }
  if (known.ref != storage::SeriesRef{}) {
    const Status appended = appender.AppendRef(known.ref, when, sample.value);
    if (appended || appended.error().code != ErrorCode::kNotFound) {
      known.run = run_;
      if (!appended) {
        Count(appended.error(), report);
      }
      return;
    }
  }
  const Result<storage::SeriesRef> ref =
      appender.Append(StoredLabels(sample.labels), when, sample.value);
  if (!ref) {
    Count(ref.error(), report);
    if (is_new) {
      known_.erase(found);
    }
    return;
  }
  known = {*ref, run_};
  report.added_series += is_new ? 1 : 0;
}

void SeriesWriter::WriteOwn(
    storage::Appender& appender, TimePoint at, bool up, double seconds, WriteReport& report) {
  const auto scraped = static_cast<double>(report.scraped);
  const std::array<std::pair<std::string_view, double>, kOwnSeries> own = {{
      {"up", up ? 1 : 0},
      {"scrape_duration_seconds", seconds},
      {"scrape_samples_scraped", scraped},
      {"scrape_samples_post_metric_relabeling", scraped},
      {"scrape_series_added", static_cast<double>(report.added_series)},
  }};
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto& [name, value] = own[i];
    if (own_[i] != storage::SeriesRef{}) {
      const Status appended = appender.AppendRef(own_[i], at, value);
      if (appended || appended.error().code != ErrorCode::kNotFound) {
        continue;
      }
    }
    const LabelSet labels = LabelSetBuilder(target_labels_).Set(kMetricName, name).Build();
    const Result<storage::SeriesRef> ref = appender.Append(labels, at, value);
    if (ref) {
      own_[i] = *ref;
    } else {
      Count(ref.error(), report);
    }
  }
}

void SeriesWriter::EndMissing(storage::Appender& appender, TimePoint at) {
  for (auto entry = known_.begin(); entry != known_.end();) {
    if (entry->second.run == run_) {
      ++entry;
      continue;
    }
    // Dropped by the store, or a stated time in the future: either way the series ends without a
    // marker.
    [[maybe_unused]] const Status ended = appender.AppendRef(entry->second.ref, at, StaleNan());
    entry = known_.erase(entry);
  }
}

WriteReport SeriesWriter::Write(const std::vector<MetricFamily>& families,
                                TimePoint at,
                                bool up,
                                double seconds) {
  WriteReport report;
  ++run_;
  const auto appender = store_.NewAppender();
  for (const MetricFamily& family : families) {
    for (const MetricSample& sample : family.samples) {
      WriteSample(*appender, sample, at, report);
    }
  }
  EndMissing(*appender, at);
  WriteOwn(*appender, at, up, seconds, report);
  report.committed = appender->Commit();
  return report;
}

void SeriesWriter::EndAll(TimePoint at) {
  ++run_;
  const auto appender = store_.NewAppender();
  EndMissing(*appender, at);
  for (storage::SeriesRef& ref : own_) {
    if (ref != storage::SeriesRef{}) {
      [[maybe_unused]] const Status ended = appender->AppendRef(ref, at, StaleNan());
      ref = {};
    }
  }
  // The target is gone: nobody is left to tell that the store could not write.
  [[maybe_unused]] const Status committed = appender->Commit();
}

}  // namespace sidewatch::scrape
