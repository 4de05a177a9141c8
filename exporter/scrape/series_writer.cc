#include "exporter/scrape/series_writer.h"

#include <optional>
#include <string>
#include <utility>

namespace sidewatch::scrape {
namespace {

constexpr std::array kOwnRows = {
    MetricDescriptor{.name = "up",
                     .help = "1 if the last run of the target worked, else 0.",
                     .source = "the target's run"},
    MetricDescriptor{.name = "scrape_duration_seconds",
                     .help = "How long the run took.",
                     .source = "the target's run"},
    MetricDescriptor{.name = "scrape_samples_scraped",
                     .help = "Samples that the run found.",
                     .source = "the target's run"},
    MetricDescriptor{.name = "scrape_samples_post_metric_relabeling",
                     .help = "Samples that metric_relabel_configs left.",
                     .source = "the target's run"},
    MetricDescriptor{.name = "scrape_series_added",
                     .help = "Series of the run that were not there before.",
                     .source = "the series store"},
};
static_assert(DescriptorsAreSound(kOwnRows));

void Count(const Error& error, WriteReport& report) {
  if (error.code == ErrorCode::kLimitExceeded) {
    ++report.refused_over_limit;
  } else {
    ++report.refused_out_of_order;
  }
}

}  // namespace

std::span<const MetricDescriptor> SeriesWriter::OwnRows() {
  return kOwnRows;
}

SeriesWriter::SeriesWriter(const TargetConfig& config, storage::Appendable& store)
    : config_(config), store_(store), labels_(config) {}

/// Whether the rules keep a sample. `checked` becomes the first refusal of its labels.
bool SeriesWriter::IsStored(const LabelSet& labels, Status& checked) const {
  if (const auto known = known_.find(labels); known != known_.end()) {
    return !known->second.dropped;
  }
  const std::optional<LabelSet> stored = labels_.Of(labels);
  if (stored && checked) {
    checked = labels_.Check(*stored);
  }
  return stored.has_value();
}

Status SeriesWriter::Admit(const std::vector<MetricFamily>& families) {
  if (!config_.sample_rules) {
    return {};
  }
  WriteReport counted;
  Status checked;
  for (const MetricFamily& family : families) {
    for (const MetricSample& sample : family.samples) {
      ++counted.scraped;
      counted.after_relabelling += IsStored(sample.labels, checked) ? 1 : 0;
    }
  }
  const std::size_t limit = config_.sample_rules->sample_limit;
  if (checked && limit > 0 && counted.after_relabelling > limit) {
    checked = Fail(ErrorCode::kLimitExceeded, "sample limit exceeded");
  }
  if (!checked) {
    refused_ = counted;
  }
  return checked;
}

void SeriesWriter::WriteSample(storage::Appender& appender,
                               const MetricSample& sample,
                               TimePoint at,
                               WriteReport& report) {
  ++report.scraped;
  const bool stated = config_.honor_timestamps && sample.at.has_value();
  const TimePoint when = stated ? *sample.at : at;
  Known& known = known_[sample.labels];
  if (known.run == run_) {
    return;  // The same series twice in one run: the first one counts.
  }
  known.run = run_;
  known.stated = stated;
  if (known.dropped) {
    return;
  }
  ++report.after_relabelling;
  if (known.ref != storage::SeriesRef{}) {
    const Status appended = appender.AppendRef(known.ref, when, sample.value);
    if (appended) {
      return;
    }
    if (appended.error().code != ErrorCode::kNotFound) {
      Count(appended.error(), report);
      return;
    }
  }
  Append(appender, sample, when, known, report);
}

void SeriesWriter::Append(storage::Appender& appender,
                          const MetricSample& sample,
                          TimePoint at,
                          Known& known,
                          WriteReport& report) {
  const bool is_new = known.ref == storage::SeriesRef{};
  const std::optional<LabelSet> stored = labels_.Of(sample.labels);
  if (!stored) {
    known.dropped = true;
    --report.after_relabelling;
    return;
  }
  const Result<storage::SeriesRef> ref = appender.Append(*stored, at, sample.value);
  if (!ref) {
    Count(ref.error(), report);
    if (is_new) {
      known_.erase(sample.labels);
    }
    return;
  }
  known.ref = *ref;
  report.added_series += is_new ? 1 : 0;
}

void SeriesWriter::WriteOwn(
    storage::Appender& appender, TimePoint at, bool up, double seconds, WriteReport& report) {
  const auto scraped = static_cast<double>(report.scraped);
  // In the order of kOwnRows.
  const std::array<double, kOwnSeries> own = {up ? 1.0 : 0.0,
                                              seconds,
                                              scraped,
                                              static_cast<double>(report.after_relabelling),
                                              static_cast<double>(report.added_series)};
  static_assert(kOwnRows.size() == kOwnSeries);
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::string_view name = kOwnRows[i].name;
    const double value = own[i];
    if (own_[i] != storage::SeriesRef{}) {
      const Status appended = appender.AppendRef(own_[i], at, value);
      if (appended || appended.error().code != ErrorCode::kNotFound) {
        continue;
      }
    }
    const LabelSet labels = LabelSetBuilder(labels_.target()).Set(kMetricName, name).Build();
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
    const Known& known = entry->second;
    const bool marks = !known.stated || (config_.sample_rules != nullptr &&
                                         config_.sample_rules->track_timestamps_staleness);
    if (marks && known.ref != storage::SeriesRef{}) {
      // Dropped by the store, or a stated time in the future: either way the series ends without a
      // marker.
      [[maybe_unused]] const Status ended = appender.AppendRef(known.ref, at, StaleNan());
    }
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
  if (const WriteReport refused = std::exchange(refused_, {}); refused.scraped > 0) {
    report.scraped = refused.scraped;
    report.after_relabelling = refused.after_relabelling;
  }
  EndMissing(*appender, at);
  if (config_.reports_its_run) {
    WriteOwn(*appender, at, up, seconds, report);
  }
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
