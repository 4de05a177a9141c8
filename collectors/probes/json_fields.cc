#include "collectors/probes/json_fields.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "exporter/base/number.h"

namespace sidewatch::probes {

namespace {

using nlohmann::json;

constexpr std::string_view kLabels[] = {"path"};

constexpr MetricDescriptor kMetrics[] = {
    {.name = "probe_json_value",
     .type = MetricType::kGauge,
     .labels = kLabels,
     .help = "The number at the path inside the JSON page.",
     .source = "the page"},
    {.name = "probe_json_matches",
     .type = MetricType::kGauge,
     .labels = kLabels,
     .help = "1 if the value at the path inside the JSON page is the expected one.",
     .source = "the page"},
};
static_assert(DescriptorsAreSound(kMetrics));

const json* Child(const json& parent, const std::string& key) {
  if (parent.is_object()) {
    const auto found = parent.find(key);
    return found == parent.end() ? nullptr : &*found;
  }
  const std::optional<std::int64_t> index = ParseInteger(key);
  const bool there =
      parent.is_array() && index && *index >= 0 && static_cast<std::size_t>(*index) < parent.size();
  return there ? &parent[static_cast<std::size_t>(*index)] : nullptr;
}

/// Follows `a.b.0.c`; a key that has dots itself is found if it is the whole rest of the path.
const json* Follow(const json& page, std::string_view path) {
  if (path.starts_with("$.")) {
    path.remove_prefix(2);
  }
  const json* at = &page;
  while (at != nullptr && !path.empty()) {
    if (const json* whole = Child(*at, std::string(path))) {
      return whole;
    }
    const std::size_t dot = path.find('.');
    at = dot == std::string_view::npos ? nullptr : Child(*at, std::string(path.substr(0, dot)));
    path.remove_prefix(std::min(dot, path.size() - 1) + 1);
  }
  return at;
}

/// A scalar as a person would write it in the configuration.
std::string TextOf(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>() : value.dump();
}

std::optional<double> NumberOf(const json& value) {
  if (value.is_boolean()) {
    return value.get<bool>() ? 1 : 0;
  }
  if (value.is_number()) {
    return value.get<double>();
  }
  return value.is_string() ? ParseNumber(value.get_ref<const std::string&>()) : std::nullopt;
}

bool Equals(const json& value, const std::string& wanted) {
  if (value.is_number()) {
    const std::optional<double> number = ParseNumber(wanted);
    return number && *number == value.get<double>();
  }
  return !value.is_structured() && TextOf(value) == wanted;
}

void Write(const JsonField& field, double value, scrape::SampleSink& sink) {
  if (field.metric.empty()) {
    sink.Add(kMetrics[field.equals ? 1 : 0], {std::string_view(field.path)}, value);
    return;
  }
  MetricFamily family;
  family.name = field.metric;
  family.type = MetricType::kGauge;
  family.help = fmt::format("\"{}\" of the probed page.", field.path);
  LabelSetBuilder labels;
  labels.Set(kMetricName, field.metric);
  for (const auto& [name, text] : field.labels) {
    labels.Set(name, text);
  }
  family.samples.push_back({.labels = labels.Build(), .value = value});
  sink.AddFamily(std::move(family));
}

std::string WriteField(const json& page, const JsonField& field, scrape::SampleSink& sink) {
  const json* value = Follow(page, field.path);
  if (value == nullptr || value->is_null()) {
    return field.optional ? std::string() : fmt::format("the page has no \"{}\"", field.path);
  }
  if (field.equals) {
    Write(field, Equals(*value, *field.equals) ? 1 : 0, sink);
    return {};
  }
  const std::optional<double> number = NumberOf(*value);
  if (!number) {
    return fmt::format("\"{}\" of the page is no number", field.path);
  }
  Write(field, *number, sink);
  return {};
}

}  // namespace

std::string WriteJsonFields(std::string_view page,
                            const std::vector<JsonField>& fields,
                            scrape::SampleSink& sink) {
  if (fields.empty()) {
    return {};
  }
  const json parsed = json::parse(page, nullptr, false);
  if (parsed.is_discarded() || !parsed.is_structured()) {
    return "the page is no JSON";
  }
  std::string failure;
  for (const JsonField& field : fields) {
    std::string problem = WriteField(parsed, field, sink);
    if (failure.empty()) {
      failure = std::move(problem);
    }
  }
  return failure;
}

std::span<const MetricDescriptor> JsonMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
