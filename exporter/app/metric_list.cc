#include "exporter/app/metric_list.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "alerts/notifier/notifier.h"
#include "alerts/pipeline/metrics.h"
#include "alerts/rules/rule_metrics.h"
#include "collectors/builtin.h"
#include "exporter/app/self_metrics.h"
#include "exporter/app/table.h"
#include "exporter/base/json_writer.h"
#include "exporter/scrape/scrape_metrics.h"
#include "exporter/scrape/self_collector.h"
#include "exporter/scrape/series_writer.h"

namespace sidewatch::app {
namespace {

using scrape::CollectorSpec;
using Specs = std::span<const CollectorSpec* const>;

constexpr std::string_view kHead =
    "# Metrics\n"
    "\n"
    "Written by `sidewatch metrics list --output markdown` from the tables that the collectors "
    "themselves use; a\n"
    "test holds this page to them. Every metric also carries `job`, `instance` and the target's "
    "own "
    "labels in the\n"
    "store. Names whose peer is named are those of that exporter; `*` stands for what the watched "
    "program has. The pages of\n`scrape_configs`, scripts and textfiles, and metrics that the "
    "configuration defines, are the user's own: `/metrics` tells\nthem with their help.\n";

constexpr std::string_view kAlertLabels[] = {"alertname", "alertstate"};
constexpr std::string_view kAlertLabel[] = {"alertname"};

constexpr std::array kAlertRows = {
    MetricDescriptor{.name = "ALERTS",
                     .labels = kAlertLabels,
                     .help = "1 while an alert is pending or firing, with its labels.",
                     .source = "the rules"},
    MetricDescriptor{.name = "ALERTS_FOR_STATE",
                     .labels = kAlertLabel,
                     .help = "When the alert became active, as Unix time.",
                     .source = "the rules"},
};
static_assert(DescriptorsAreSound(kAlertRows));

using Rows = std::vector<MetricDescriptor>;

void Append(Rows& rows, std::span<const MetricDescriptor> more) {
  rows.insert(rows.end(), more.begin(), more.end());
}

/// The program as a target, with what each of its rooms registers.
const CollectorSpec& SelfSpec() {
  static const Rows kRows = [] {
    Rows rows = SelfMetrics::Rows();
    Append(rows, scrape::kSelfSpec.metrics);
    Append(rows, scrape::ScrapeMetrics::Rows());
    Append(rows, alerts::rules::RuleMetrics::Rows());
    Append(rows, alerts::PipelineMetrics::Rows());
    Append(rows, alerts::Notifier::Rows());
    return rows;
  }();
  static const CollectorSpec kSpec = [] {
    CollectorSpec spec = scrape::kSelfSpec;
    spec.metrics = kRows;
    return spec;
  }();
  return kSpec;
}

/// What is in the store only: /metrics is for those who write these series themselves.
const CollectorSpec& StoredSpec() {
  static const Rows kRows = [] {
    Rows rows(kAlertRows.begin(), kAlertRows.end());
    Append(rows, scrape::SeriesWriter::OwnRows());
    return rows;
  }();
  static const CollectorSpec kSpec = {
      .kind = "stored",
      .default_job = "",
      .summary = "In the store beside each target's series, and of each alert; not on `/metrics`.",
      .metrics = kRows,
      .create = nullptr};
  return kSpec;
}

bool HasSameShape(const MetricDescriptor* a, const MetricDescriptor* b) {
  return a->name == b->name && std::ranges::equal(a->labels, b->labels);
}

bool ComesBefore(const MetricDescriptor* a, const MetricDescriptor* b) {
  return a->name != b->name ? a->name < b->name
                            : std::ranges::lexicographical_compare(a->labels, b->labels);
}

/// The metrics of one kind by name, each once for every set of labels that it has.
std::vector<const MetricDescriptor*> MetricsOf(const CollectorSpec& spec) {
  std::vector<const MetricDescriptor*> rows;
  rows.reserve(spec.metrics.size() + 1);
  if (spec.up != nullptr) {
    rows.push_back(spec.up);
  }
  for (const MetricDescriptor& metric : spec.metrics) {
    rows.push_back(&metric);
  }
  std::ranges::stable_sort(rows, &ComesBefore);
  // Not std::ranges::unique, which clang 14 cannot compile.
  rows.erase(std::unique(rows.begin(), rows.end(), &HasSameShape), rows.end());
  return rows;
}

std::string Labels(const MetricDescriptor& metric) {
  return fmt::format("{}", fmt::join(metric.labels, ", "));
}

/// A cell of a Markdown table.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|' || c == '<') {
      cell += '\\';
    }
    cell += c == '\n' ? ' ' : c;
  }
  return cell;
}

std::string Code(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("`{}`", text);
}

}  // namespace

std::vector<const CollectorSpec*> AllSpecs() {
  const auto builtin = collectors::BuiltinCollectors();
  std::vector<const CollectorSpec*> specs(builtin.begin(), builtin.end());
  specs.push_back(&SelfSpec());
  specs.push_back(&StoredSpec());
  std::ranges::sort(specs, {}, [](const CollectorSpec* spec) { return spec->kind; });
  return specs;
}

std::string MetricTable(Specs specs) {
  Table table({"KIND", "METRIC", "TYPE", "LABELS", "HELP", "SOURCE"});
  for (const CollectorSpec* spec : specs) {
    for (const MetricDescriptor* metric : MetricsOf(*spec)) {
      table.Add({std::string(spec->kind),
                 std::string(metric->name),
                 std::string(MetricTypeName(metric->type)),
                 Labels(*metric),
                 std::string(metric->help),
                 std::string(metric->source)});
    }
  }
  return table.Text();
}

std::string MetricJson(Specs specs) {
  std::string text;
  JsonWriter json(text);
  json.BeginArray();
  for (const CollectorSpec* spec : specs) {
    for (const MetricDescriptor* metric : MetricsOf(*spec)) {
      json.BeginObject().Key("kind").String(spec->kind).Key("name").String(metric->name);
      json.Key("type").String(MetricTypeName(metric->type)).Key("labels").BeginArray();
      for (const std::string_view label : metric->labels) {
        json.String(label);
      }
      json.EndArray().Key("help").String(metric->help).Key("source").String(metric->source);
      json.Key("peer").String(metric->peer).EndObject();
    }
  }
  json.EndArray();
  return text + "\n";
}

std::string MetricMarkdown(Specs specs) {
  std::string text(kHead);
  for (const CollectorSpec* spec : specs) {
    const auto metrics = MetricsOf(*spec);
    if (metrics.empty()) {
      continue;
    }
    text += fmt::format("\n## {}\n\n{}\n\n", spec->kind, spec->summary);
    text += "| metric | type | labels | help | source | peer |\n|---|---|---|---|---|---|\n";
    for (const MetricDescriptor* metric : metrics) {
      text += fmt::format("| {} | {} | {} | {} | {} | {} |\n",
                          Code(metric->name),
                          MetricTypeName(metric->type),
                          Code(Labels(*metric)),
                          Cell(metric->help),
                          Cell(metric->source),
                          Cell(metric->peer));
    }
  }
  return text;
}

}  // namespace sidewatch::app
