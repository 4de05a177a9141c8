#include "collectors/host/meminfo_rows.h"
#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

/// `Active(anon)` becomes `Active_anon`.
std::string MetricName(std::string_view field, bool in_kib) {
  std::string name = "node_memory_";
  for (const char c : field) {
    if (c == '(') {
      name += '_';
    } else if (c != ')') {
      name += c;
    }
  }
  return in_kib ? name + "_bytes" : name;
}

/// A kernel newer than our table.
void AddUnknown(std::string name, std::string_view field, double value, scrape::SampleSink& sink) {
  if (!IsClassicMetricName(name)) {
    return;
  }
  MetricFamily family;
  family.name = std::move(name);
  family.type = MetricType::kGauge;
  family.help = "Field " + std::string(field) + " of /proc/meminfo.";
  family.samples.push_back({.labels = LabelSet({{kMetricName, family.name}}), .value = value});
  sink.AddFamily(std::move(family));
}

/// A line is `MemTotal:  16384 kB`, or `HugePages_Total:  0` without a unit.
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  constexpr double kKib = 1024;
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    const auto value =
        words.size() > 1 && words[0].ends_with(':') ? ReadCount(words[1]) : std::nullopt;
    if (!value) {
      continue;
    }
    const std::string_view field = words[0].substr(0, words[0].size() - 1);
    const bool in_kib = words.size() > 2 && words[2] == "kB";
    const double number = in_kib ? *value * kKib : *value;
    std::string name = MetricName(field, in_kib);
    const MetricDescriptor* row = FindRow(kMeminfoMetrics, name);
    if (row != nullptr) {
      sink.Add(*row, number);
    } else {
      AddUnknown(std::move(name), field, number, sink);
    }
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "meminfo", .parse = &Parse}};

}  // namespace

constinit const Part kMeminfoPart = {
    .name = "meminfo", .metrics = kMeminfoMetrics, .files = kFiles};

}  // namespace sidewatch::host
