#include "collectors/logs/file_counters.h"

#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kFileLabels[] = {"log", "file"};
constexpr std::string_view kReasonLabels[] = {"log", "file", "reason"};
constexpr std::string_view kDroppedLabels[] = {"log", "metric", "reason"};

constexpr MetricDescriptor kOwn[] = {
    SetCounter(
        "log_read_bytes_total", kFileLabels, "the file", "Bytes of the lines that were read."),
    SetCounter("log_read_lines_total", kFileLabels, "the file", "Lines that were read."),
    SetCounter("log_read_errors_total",
               kReasonLabels,
               "open(2), read(2)",
               "Times that the file could not be read."),
    SetCounter("log_rotations_total",
               kFileLabels,
               "device, inode and first bytes",
               "Times that another file was found at the path, or the file was cut."),
    SetCounter("log_lines_truncated_total",
               kFileLabels,
               "the file",
               "Lines longer than max_line_bytes, of which only the beginning was looked at."),
    {.name = "log_last_line_timestamp_seconds",
     .type = MetricType::kGauge,
     .labels = kFileLabels,
     .help = "When a line was last read, in seconds since 1970.",
     .source = "the clock"},
    // Not about one file:
    SetCounter("log_lines_dropped_total",
               kDroppedLabels,
               "the capture named by value",
               "Lines that match a metric but hold no number that it can take."),
};
static_assert(DescriptorsAreSound(kOwn));
constexpr std::size_t kFileMetrics = std::size(kOwn) - 1;
constexpr const MetricDescriptor& kDropped = kOwn[kFileMetrics];

// A reason is one of a few words.
constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

/// The samples of one series of a histogram, as the text format shows them.
void AppendHistogram(const std::string& name,
                     const LabelSet& labels,
                     const SeriesTable::Series& series,
                     const std::vector<double>& bounds,
                     MetricFamily& family) {
  LabelSetBuilder builder(labels);
  const auto add = [&](std::string_view suffix, double value) {
    builder.Set(kMetricName, name + std::string(suffix));
    family.samples.push_back({.labels = builder.Build(), .value = value});
  };
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < series.buckets.size(); ++i) {
    count += series.buckets[i];
    builder.Set("le", i < bounds.size() ? FormatNumber(bounds[i]) : "+Inf");
    add("_bucket", static_cast<double>(count));
  }
  builder.Remove("le");
  add("_sum", series.value);
  add("_count", static_cast<double>(count));
}

/// Adds a table's series to `family`; `fixed` are the labels that all of them have.
void AppendSeries(const SeriesTable& table, const LabelSet& fixed, MetricFamily& family) {
  const SeriesShape& shape = table.shape();
  table.Visit([&](SeriesTable::Values values, const SeriesTable::Series& series) {
    LabelSetBuilder builder(fixed);
    for (std::size_t i = 0; i < values.size() && i < shape.labels.size(); ++i) {
      builder.Set(shape.labels[i], values[i]);
    }
    if (shape.type == MetricType::kHistogram) {
      AppendHistogram(family.name, builder.Build(), series, shape.bounds, family);
      return;
    }
    builder.Set(kMetricName, family.name);
    family.samples.push_back({.labels = builder.Build(), .value = series.value});
  });
}

MetricFamily FamilyOf(std::string_view name, MetricType type, std::string_view help) {
  return {.name = std::string(name),
          .type = type,
          .help = std::string(help),
          .unit = {},
          .samples = {}};
}

void Flush(MetricFamily family, scrape::SampleSink& sink) {
  if (!family.samples.empty()) {
    sink.AddFamily(std::move(family));
  }
}

}  // namespace

std::span<const MetricDescriptor> OwnMetrics() {
  return kOwn;
}

SeriesShape ShapeOf(const MetricDescriptor& metric, const std::vector<double>& bounds) {
  SeriesShape shape;
  shape.type = metric.type;
  shape.labels.assign(metric.labels.begin() + kOwnLabels, metric.labels.end());
  if (metric.type == MetricType::kHistogram) {
    shape.bounds = bounds;
  }
  return shape;
}

Counters::Counters(const Options& options, std::string log)
    : options_(options),
      log_(std::move(log)),
      own_limits_(kFileMetrics, SeriesLimit{.limit = kUnlimited}),
      dropped_limit_{.limit = kUnlimited},
      dropped_({.type = MetricType::kCounter, .labels = {"metric", "reason"}, .bounds = {}},
               dropped_limit_) {
  for (const LogSet* set : options.sets) {
    set_limits_.emplace_back(set->metrics.size(), SeriesLimit{.limit = options.max_series});
  }
  metric_limits_.reserve(options.metrics.size());
  for (const UserMetric& metric : options.metrics) {
    metric_limits_.push_back({.limit = metric.max_series});
    metrics_.emplace_back(metric.shape, metric_limits_.back());
    // Without labels there is but one series: it is there before the first line matches.
    if (metric.shape.labels.empty() && metric.shape.type == MetricType::kCounter) {
      metrics_.back().Add({}, 0);
    }
  }
}

FileCounters& Counters::Of(const std::string& file) {
  const auto [place, is_new] = files_.try_emplace(file);
  FileCounters& counters = place->second;
  if (!is_new) {
    return counters;
  }
  for (std::size_t i = 0; i < kFileMetrics; ++i) {
    counters.own.emplace_back(ShapeOf(kOwn[i], {}), own_limits_[i]);
  }
  for (const Own metric : {Own::kReadBytes, Own::kReadLines, Own::kRotations, Own::kTruncated}) {
    counters.Of(metric).Add({}, 0);
  }
  for (std::size_t i = 0; i < options_.sets.size(); ++i) {
    std::vector<SeriesTable>& tables = counters.sets.emplace_back();
    for (std::size_t k = 0; k < options_.sets[i]->metrics.size(); ++k) {
      tables.emplace_back(
          ShapeOf(options_.sets[i]->metrics[k], options_.set_options.duration_bounds),
          set_limits_[i][k]);
    }
  }
  return counters;
}

void Counters::CountLine(const Format& format, std::string_view line, FileCounters& file) {
  if (!options_.sets.empty()) {
    ParseLine(format, line, record_);
    const Line parsed{.text = line, .record = record_, .options = options_.set_options};
    for (std::size_t i = 0; i < options_.sets.size(); ++i) {
      options_.sets[i]->count(parsed, file.sets[i]);
    }
  }
  for (std::size_t i = 0; i < options_.metrics.size(); ++i) {
    const UserMetric& metric = options_.metrics[i];
    const Counted counted = user_.Count(metric, line, metrics_[i]);
    if (counted == Counted::kNoNumber || counted == Counted::kNegative) {
      dropped_.Add({metric.name, counted == Counted::kNegative ? "negative" : "not_a_number"}, 1);
    }
  }
}

template <typename Visitor>
void Counters::VisitFile(const std::string& name, FileCounters& file, Visitor visit) {
  for (std::size_t i = 0; i < file.own.size(); ++i) {
    visit(fmt::format("{} {}", kOwn[i].name, name), file.own[i]);
  }
}

template <typename Visitor>
void Counters::VisitTables(Visitor visit) {
  for (auto& [name, file] : files_) {
    VisitFile(name, file, visit);
    for (std::size_t i = 0; i < file.sets.size(); ++i) {
      for (std::size_t k = 0; k < file.sets[i].size(); ++k) {
        visit(fmt::format("{} {}", options_.sets[i]->metrics[k].name, name), file.sets[i][k]);
      }
    }
  }
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    visit(options_.metrics[i].name, metrics_[i]);
  }
  visit(std::string(kDropped.name), dropped_);
}

std::vector<std::string> Counters::Files() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) {
    names.push_back(name);
  }
  return names;
}

void Counters::Forget(const std::string& file, std::vector<std::string>& removed) {
  const auto found = files_.find(file);
  if (found == files_.end()) {
    return;
  }
  VisitFile(file, found->second, [&](const std::string& key, SeriesTable& table) {
    table.Release();
    removed.push_back(key);
  });
  for (std::size_t i = 0; i < found->second.sets.size(); ++i) {
    for (std::size_t k = 0; k < found->second.sets[i].size(); ++k) {
      found->second.sets[i][k].Release();
      removed.push_back(fmt::format("{} {}", options_.sets[i]->metrics[k].name, file));
    }
  }
  files_.erase(found);
}

void Counters::Save(const std::string& prefix,
                    std::map<std::string, std::string, std::less<>>& values) {
  VisitTables([&](const std::string& key, SeriesTable& table) {
    if (table.dirty()) {
      values[prefix + key] = table.Encode();
    }
  });
}

void Counters::Saved() {
  VisitTables([](const std::string&, SeriesTable& table) { table.Clean(); });
}

void Counters::Load(const std::string& prefix,
                    const std::map<std::string, std::string, std::less<>>& values) {
  // Each file has this row: it says which files there were.
  const std::string file_key = fmt::format("{}{} ", prefix, kOwn[0].name);
  for (auto row = values.lower_bound(file_key);
       row != values.end() && row->first.starts_with(file_key);
       ++row) {
    Of(row->first.substr(file_key.size()));
  }
  VisitTables([&](const std::string& key, SeriesTable& table) {
    const auto found = values.find(prefix + key);
    if (found != values.end()) {
      table.Decode(found->second);
    }
  });
}

void Counters::Emit(scrape::SampleSink& sink) const {
  for (std::size_t i = 0; i < kFileMetrics; ++i) {
    MetricFamily family = FamilyOf(kOwn[i].name, kOwn[i].type, kOwn[i].help);
    for (const auto& [name, file] : files_) {
      AppendSeries(file.own[i], LabelSet{{"file", name}, {"log", log_}}, family);
    }
    Flush(std::move(family), sink);
  }
  EmitFound(sink);
}

void Counters::EmitFound(scrape::SampleSink& sink) const {
  for (std::size_t i = 0; i < options_.sets.size(); ++i) {
    for (std::size_t k = 0; k < options_.sets[i]->metrics.size(); ++k) {
      const MetricDescriptor& metric = options_.sets[i]->metrics[k];
      MetricFamily family = FamilyOf(metric.name, metric.type, metric.help);
      for (const auto& [name, file] : files_) {
        AppendSeries(file.sets[i][k], LabelSet{{"file", name}, {"log", log_}}, family);
      }
      Flush(std::move(family), sink);
    }
  }
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    const UserMetric& metric = options_.metrics[i];
    MetricFamily family = FamilyOf(metric.name, metric.shape.type, metric.help);
    AppendSeries(metrics_[i], LabelSet{{"log", log_}}, family);
    Flush(std::move(family), sink);
  }
  MetricFamily dropped = FamilyOf(kDropped.name, kDropped.type, kDropped.help);
  AppendSeries(dropped_, LabelSet{{"log", log_}}, dropped);
  Flush(std::move(dropped), sink);
}

}  // namespace sidewatch::logs
