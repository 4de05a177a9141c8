#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "collectors/postgres/settings.h"
#include "collectors/postgres/views.h"
#include "exporter/base/number.h"

namespace sidewatch::postgres {

namespace {

struct Unit {
  std::string_view name;
  std::string_view suffix;
  double factor;
};

constexpr double kKiB = 1024;
constexpr double kMiB = 1024 * kKiB;

// Units that a server may print; `8kB` and its like are blocks of the server's own size.
constexpr Unit kUnits[] = {
    {"ms", "seconds", 0.001},
    {"s", "seconds", 1},
    {"min", "seconds", 60},
    {"h", "seconds", 3600},
    {"d", "seconds", 86400},
    {"us", "seconds", 0.000001},
    {"B", "bytes", 1},
    {"kB", "bytes", kKiB},
    {"MB", "bytes", kMiB},
    {"GB", "bytes", kKiB* kMiB},
    {"TB", "bytes", kMiB* kMiB},
};

/// Splits `16kB` into 16 and the row of `kB`.
struct ScaledUnit {
  const Unit* unit = nullptr;
  double count = 1;
};

std::optional<ScaledUnit> FindUnit(std::string_view text) {
  const auto is_digit = [](char c) {
    return c >= '0' && c <= '9';
  };
  const auto letters = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::size_t digits = static_cast<std::size_t>(letters - text.begin());
  const std::string_view name = text.substr(digits);
  const auto* const unit = std::find_if(
      std::begin(kUnits), std::end(kUnits), [name](const Unit& u) { return u.name == name; });
  if (unit == std::end(kUnits)) {
    return std::nullopt;
  }
  const std::optional<double> count =
      digits == 0 ? std::optional<double>(1.0) : ParseNumber(text.substr(0, digits));
  return ScaledUnit{.unit = unit, .count = count.value_or(1.0)};
}

constexpr std::string_view kPrefix = "pg_settings_";

/// One name for each setting that is a number or a switch.
constexpr ColumnMetric kMetrics[] = {
    {.column = "setting",
     .metric = Gauge("pg_settings_*",
                     {},
                     "pg_settings.setting",
                     "A setting, by its name; _seconds or _bytes if it has a unit, 0 or 1 if it "
                     "is a switch.")},
};

std::string MetricName(std::string_view setting) {
  std::string name(kPrefix);
  for (const char c : setting) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0;
    name += allowed ? c : '_';
  }
  return name;
}

constexpr VersionedQuery kQueries[] = {{.min_version = 80400, .sql = R"(
SELECT name, setting, unit, short_desc, vartype
  FROM pg_catalog.pg_settings WHERE vartype IN ('bool', 'integer', 'real'))"}};

void ReadSettings(const View& /*view*/,
                  const Rows& rows,
                  const ReadContext& /*context*/,
                  scrape::SampleSink& sink) {
  constexpr std::array<std::string_view, 4> kColumns = {"name", "setting", "unit", "short_desc"};
  std::array<int, kColumns.size()> at{};
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const std::optional<int> column = rows.FindColumn(kColumns[i]);
    if (!column) {
      return;
    }
    at[i] = *column;
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto text = [&](std::size_t i) {
      return rows.Text(row, at[i]).value_or("");
    };
    std::optional<MetricFamily> family =
        SettingFamily({.name = text(0), .value = text(1), .unit = text(2), .summary = text(3)});
    if (family) {
      sink.AddFamily(std::move(*family));
    }
  }
}

}  // namespace

std::optional<MetricFamily> SettingFamily(const Setting& setting) {
  std::optional<double> value = ParseNumber(setting.value);
  if (setting.value == "on") {
    value = 1;
  } else if (setting.value == "off") {
    value = 0;
  }
  if (!value) {
    return std::nullopt;
  }
  MetricFamily family;
  family.name = MetricName(setting.name);
  family.type = MetricType::kGauge;
  family.help = std::string(setting.summary);
  if (!setting.unit.empty()) {
    const std::optional<ScaledUnit> scaled = FindUnit(setting.unit);
    if (!scaled) {
      return std::nullopt;
    }
    family.name += '_';
    family.name += scaled->unit->suffix;
    family.help += " In ";
    family.help += scaled->unit->suffix;
    family.help += '.';
    // -1 means "off" or "the default" whatever the unit.
    constexpr double kOff = -1;
    if (*value != kOff) {
      *value *= scaled->count * scaled->unit->factor;
    }
  }
  family.samples.push_back({.labels = LabelSet({{kMetricName, family.name}}), .value = *value});
  return family;
}

constinit const View kSettingsView = {
    .name = "settings", .queries = kQueries, .metrics = kMetrics, .read = &ReadSettings};

}  // namespace sidewatch::postgres
