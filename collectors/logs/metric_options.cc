// Reads `metrics:`: a list of {name, type, help, regex, value, labels, buckets, max_series}.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "collectors/logs/user_metric.h"

namespace sidewatch::logs {
namespace {

struct TypeName {
  std::string_view name;
  MetricType type;
};

constexpr std::array kTypes = {TypeName{"counter", MetricType::kCounter},
                               TypeName{"gauge", MetricType::kGauge},
                               TypeName{"histogram", MetricType::kHistogram}};

// Prometheus' own default buckets.
constexpr std::array kDefaultBounds = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};

constexpr std::array<std::string_view, 6> kReservedLabels = {
    "log", "job", "instance", "le", "quantile", "target"};

constexpr std::int64_t kMostSeries = 100'000;

class MetricReader {
 public:
  MetricReader(const config::Node& node, config::Diagnostics& diagnostics)
      : map_(node, diagnostics), diagnostics_(diagnostics) {}

  std::optional<UserMetric> Read() {
    const std::size_t errors = diagnostics_.errors().size();
    std::string name = ReadName();
    SeriesShape shape;
    shape.type = ReadType();
    std::string help;
    map_.Read("help", help);
    std::optional<Pattern> pattern = ReadPattern();
    std::int64_t max_series = 1000;
    if (map_.Read("max_series", max_series) && (max_series < 1 || max_series > kMostSeries)) {
      map_.ErrorAt("max_series", fmt::format("must be between 1 and {}", kMostSeries));
    }
    ReadBounds(shape);
    if (!pattern) {
      map_.Ignore({"value", "labels"});
      return std::nullopt;
    }
    const std::optional<std::size_t> value = ReadValueCapture(*pattern, shape.type);
    std::vector<std::size_t> labels = ReadLabels(*pattern, shape);
    if (diagnostics_.errors().size() != errors) {
      return std::nullopt;
    }
    std::size_t groups = value.value_or(0);
    for (const std::size_t capture : labels) {
      groups = std::max(groups, capture);
    }
    if (help.empty()) {
      help = fmt::format("Lines that match the pattern of {}.", name);
    }
    return UserMetric{.name = std::move(name),
                      .help = std::move(help),
                      .shape = std::move(shape),
                      .pattern = std::move(*pattern),
                      .value = value,
                      .labels = std::move(labels),
                      .max_series = static_cast<std::size_t>(max_series),
                      .groups = groups};
  }

 private:
  std::string ReadName() {
    std::string name;
    map_.Require("name", name);
    if (name.empty()) {
      return name;
    }
    if (!IsClassicMetricName(name)) {
      map_.ErrorAt("name",
                   fmt::format("\"{}\" is not a metric name: letters, digits, _ and : only", name));
    } else if (name.starts_with("log_") || name.starts_with("scrape_") || name == "up" ||
               name.starts_with("sidewatch_")) {
      map_.ErrorAt("name", fmt::format("\"{}\" clashes with a name of sidewatch's own", name));
    }
    return name;
  }

  MetricType ReadType() {
    std::string text = "counter";
    map_.Read("type", text);
    const auto* found = std::ranges::find(kTypes, text, &TypeName::name);
    if (found == kTypes.end()) {
      map_.ErrorAt("type", fmt::format("\"{}\" is not counter, gauge or histogram", text));
      return MetricType::kCounter;
    }
    return found->type;
  }

  std::optional<Pattern> ReadPattern() {
    std::string regex;
    map_.Require("regex", regex);
    if (regex.empty()) {
      return std::nullopt;
    }
    Result<Pattern> pattern = Pattern::Compile(regex);
    if (!pattern) {
      map_.ErrorAt("regex", pattern.error().message);
      return std::nullopt;
    }
    return std::move(*pattern);
  }

  std::optional<std::size_t> FindCapture(const Pattern& pattern,
                                         const std::string& name,
                                         std::string_view key) {
    const std::optional<std::size_t> capture = pattern.Capture(name);
    if (!capture) {
      std::string known;
      for (const auto& [other, number] : pattern.captures()) {
        known += (known.empty() ? "" : ", ") + other;
      }
      map_.ErrorAt(key,
                   fmt::format("regex has no capture named \"{}\"; it has {}",
                               name,
                               known.empty() ? "none, write (?P<name>…)" : known));
    } else if (*capture > kMostCaptures) {
      map_.ErrorAt("regex", fmt::format("has more than {} captures", kMostCaptures));
    }
    return capture;
  }

  std::optional<std::size_t> ReadValueCapture(const Pattern& pattern, MetricType type) {
    std::string name;
    if (!map_.Read("value", name)) {
      if (type != MetricType::kCounter) {
        map_.Error("a gauge or a histogram needs \"value\", the capture with the number");
      }
      return std::nullopt;
    }
    return FindCapture(pattern, name, "value");
  }

  std::vector<std::size_t> ReadLabels(const Pattern& pattern, SeriesShape& shape) {
    std::map<std::string, std::string> labels;
    map_.Read("labels", labels);
    std::vector<std::size_t> captures;
    for (const auto& [label, capture_name] : labels) {
      if (!IsClassicLabelName(label) || label.starts_with("__")) {
        map_.ErrorAt("labels", fmt::format("\"{}\" is not a valid label name", label));
      } else if (std::ranges::find(kReservedLabels, label) != kReservedLabels.end()) {
        map_.ErrorAt("labels",
                     fmt::format("\"{}\" clashes with a label of sidewatch's own", label));
      }
      const std::optional<std::size_t> capture = FindCapture(pattern, capture_name, "labels");
      shape.labels.push_back(label);
      captures.push_back(capture.value_or(1));
    }
    return captures;
  }

  void ReadBounds(SeriesShape& shape) {
    std::vector<double> bounds;
    if (map_.Read("buckets", bounds)) {
      const bool rising =
          std::ranges::adjacent_find(bounds, std::greater_equal<>()) == bounds.end();
      const bool finite = std::ranges::all_of(bounds, [](double b) { return std::isfinite(b); });
      if (shape.type != MetricType::kHistogram) {
        map_.ErrorAt("buckets", "only a histogram has buckets");
      } else if (bounds.empty() || !rising || !finite) {
        map_.ErrorAt("buckets", "must be numbers that rise, without +Inf");
      }
    } else {
      bounds.assign(kDefaultBounds.begin(), kDefaultBounds.end());
    }
    if (shape.type == MetricType::kHistogram) {
      shape.bounds = std::move(bounds);
    }
  }

  config::MapReader map_;
  config::Diagnostics& diagnostics_;
};

/// The names that a metric has on a page.
std::vector<std::string> ShownNames(const UserMetric& metric) {
  if (metric.shape.type != MetricType::kHistogram) {
    return {metric.name};
  }
  return {metric.name, metric.name + "_bucket", metric.name + "_sum", metric.name + "_count"};
}

}  // namespace

void ReadValue(const config::Node& node,
               config::Diagnostics& diagnostics,
               std::vector<UserMetric>& metrics) {
  if (!config::ExpectList(node, diagnostics)) {
    return;
  }
  std::map<std::string, config::Position> seen;
  for (const config::Node& item : node.items()) {
    std::optional<UserMetric> metric = MetricReader(item, diagnostics).Read();
    if (!metric) {
      continue;
    }
    const std::optional<config::Node> name = item.Find("name");
    const config::Position& position = name ? name->position() : item.position();
    for (const std::string& shown : ShownNames(*metric)) {
      const auto [place, is_new] = seen.emplace(shown, position);
      if (!is_new) {
        diagnostics.Error(
            position,
            fmt::format("\"{}\" clashes with the metric at {}", shown, place->second.ToString()));
        break;
      }
    }
    metrics.push_back(std::move(*metric));
  }
}

}  // namespace sidewatch::logs
