#include "collectors/application/target_maker.h"

#include <algorithm>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/net/http_message.h"

namespace sidewatch::application {
namespace {

constexpr std::string_view kAddress = "__address__";
constexpr std::string_view kScheme = "__scheme__";
constexpr std::string_view kPath = "__metrics_path__";
constexpr std::string_view kInterval = "__scrape_interval__";
constexpr std::string_view kTimeout = "__scrape_timeout__";
constexpr std::string_view kParam = "__param_";
constexpr std::string_view kReserved = "__";

Result<Duration> ReadSpan(const LabelSet& labels, std::string_view label, std::string_view what) {
  const Result<Duration> span = ParseDuration(labels.Get(label));
  if (!span) {
    return FailWith(fmt::format("error parsing scrape {}", what), span.error());
  }
  if (*span == Duration(0)) {
    return Fail(ErrorCode::kInvalidArgument, "scrape {} cannot be 0", what);
  }
  return *span;
}

/// Go's url.Values.Encode.
std::string EncodeParam(std::string_view text) {
  std::string encoded = net::EncodeUrl(text);
  for (std::size_t at = encoded.find("%20"); at != std::string::npos;
       at = encoded.find("%20", at)) {
    encoded.replace(at, 3, "+");
  }
  return encoded;
}

std::string EncodePath(std::string_view path) {
  constexpr std::string_view kStays = "$&+,/:;=@!'()*";
  std::string encoded = path.starts_with('/') ? "" : "/";
  for (const char c : path) {
    encoded += kStays.find(c) != std::string_view::npos ? std::string(1, c)
                                                        : net::EncodeUrl(std::string_view(&c, 1));
  }
  return encoded;
}

std::string UrlOf(const Job& job, const LabelSet& labels) {
  QueryParams params = job.params;
  for (const Label label : labels) {
    if (!label.name.starts_with(kParam)) {
      continue;
    }
    std::vector<std::string>& values = params[std::string(label.name.substr(kParam.size()))];
    values.resize(std::max<std::size_t>(values.size(), 1));
    values.front() = label.value;
  }
  std::string query;
  for (const auto& [name, values] : params) {
    for (const std::string& value : values) {
      query +=
          fmt::format("{}{}={}", query.empty() ? "?" : "&", EncodeParam(name), EncodeParam(value));
    }
  }
  return fmt::format("{}://{}{}{}",
                     labels.Get(kScheme),
                     labels.Get(kAddress),
                     EncodePath(labels.Get(kPath)),
                     query);
}

/// The labels that the series of the target carry, besides job and instance.
LabelSet PublicLabels(const LabelSet& labels) {
  LabelSetBuilder builder;
  for (const Label label : labels) {
    if (!label.name.starts_with(kReserved) && label.name != "job" && label.name != "instance") {
      builder.Set(label.name, label.value);
    }
  }
  return builder.Build();
}

}  // namespace

Status CheckAddress(std::string_view address) {
  if (address.find('/') != std::string_view::npos) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" is not a valid hostname", address);
  }
  return {};
}

LabelSet DiscoveredLabels(const Job& job, const LabelSet& group) {
  LabelSetBuilder builder(group);
  const std::pair<std::string_view, std::string> defaults[] = {
      {"job", job.name},
      {kInterval, FormatDuration(job.interval)},
      {kTimeout, FormatDuration(job.timeout)},
      {kPath, job.path},
      {kScheme, job.scheme},
  };
  for (const auto& [name, value] : defaults) {
    if (builder.Get(name).empty()) {
      builder.Set(name, value);
    }
  }
  for (const auto& [name, values] : job.params) {
    if (!values.empty()) {
      builder.Set(std::string(kParam) + name, values.front());
    }
  }
  return builder.Build();
}

Result<std::optional<scrape::Target>> MakeTarget(const Job& job, const LabelSet& discovered) {
  LabelSetBuilder builder(discovered);
  if (!relabel::Apply(job.relabel, builder)) {
    return std::optional<scrape::Target>();
  }
  const LabelSet labels = builder.Build();
  if (labels.Get(kAddress).empty()) {
    return Fail(ErrorCode::kInvalidArgument, "no address");
  }
  SW_TRY(CheckAddress(labels.Get(kAddress)));
  scrape::Target target;
  scrape::TargetConfig& config = target.config;
  SW_TRY_ASSIGN(config.interval, ReadSpan(labels, kInterval, "interval"));
  SW_TRY_ASSIGN(config.timeout, ReadSpan(labels, kTimeout, "timeout"));
  if (config.timeout > config.interval) {
    return Fail(ErrorCode::kInvalidArgument,
                "scrape timeout cannot be greater than scrape interval (\"{}\" > \"{}\")",
                labels.Get(kTimeout),
                labels.Get(kInterval));
  }
  const std::string_view instance = labels.Get("instance");
  config.kind = kApplicationSpec.kind;
  config.job = labels.Get("job");
  config.instance = instance.empty() ? labels.Get(kAddress) : instance;
  config.name = job.name + "/" + config.instance;
  config.url = UrlOf(job, labels);
  config.labels = PublicLabels(labels);
  config.honor_labels = job.honor_labels;
  config.honor_timestamps = job.honor_timestamps;
  config.sample_rules = job.sample_rules;
  config.pool = job.name;
  config.discovered = discovered;
  config.fingerprint = job.fingerprint ^ discovered.Hash();
  PageOptions page = job.page;
  page.url = config.url;
  page.instance = config.instance;
  page.timeout = config.timeout;
  target.spec = &kApplicationSpec;
  target.collector = MakePageCollector(std::move(page));
  return std::optional(std::move(target));
}

}  // namespace sidewatch::application
