#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"
#include "exporter/base/number.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kInfoLabels[] = {"build_id",
                                            "id",
                                            "id_like",
                                            "image_id",
                                            "image_version",
                                            "name",
                                            "pretty_name",
                                            "variant",
                                            "variant_id",
                                            "version",
                                            "version_codename",
                                            "version_id"};
constexpr std::string_view kVersionLabels[] = {"id", "id_like", "name"};

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_os_info", kInfoLabels, "/etc/os-release", "The distribution, in labels; always 1."),
    Gauge("node_os_version",
          kVersionLabels,
          "/etc/os-release VERSION_ID",
          "The distribution's version as a number, major.minor."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// The keys in small letters, as the labels are.
using Release = std::map<std::string, std::string, std::less<>>;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// Takes one pair of quotes off and the backslashes that a shell would.
std::string Unquote(std::string_view text) {
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  if (!quoted) {
    return std::string(text);
  }
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    i += text[i] == '\\' && i + 2 < text.size() ? 1 : 0;
    out += text[i];
  }
  return out;
}

Release ParseRelease(std::string_view text) {
  Release release;
  while (!text.empty()) {
    const std::string_view line = Trim(TakeLine(text));
    const std::size_t equals = line.find('=');
    if (!line.starts_with('#') && equals != std::string_view::npos) {
      release.emplace(Lower(line.substr(0, equals)), Unquote(line.substr(equals + 1)));
    }
  }
  return release;
}

std::string_view Get(const Release& release, std::string_view key) {
  const auto found = release.find(key);
  return found == release.end() ? std::string_view() : std::string_view(found->second);
}

/// `22.04.1` is 22.04.
std::optional<double> VersionNumber(std::string_view version) {
  const std::size_t dot = std::min(version.find('.'), version.size());
  const std::size_t second = std::min(version.find('.', dot + 1), version.size());
  return ParseNumber(version.substr(0, second));
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  Result<std::string> text = ReadText(context.roots.rootfs + "/etc/os-release");
  if (!text) {
    text = ReadText(context.roots.rootfs + "/usr/lib/os-release");
  }
  SW_TRY_ASSIGN(const std::string found, std::move(text));
  const Release release = ParseRelease(found);
  std::array<std::string_view, std::size(kInfoLabels)> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = Get(release, kInfoLabels[i]);
  }
  sink.Add(kMetrics[0], values, 1);
  const std::optional<double> version = VersionNumber(Get(release, "version_id"));
  if (version) {
    sink.Add(
        kMetrics[1], {Get(release, "id"), Get(release, "id_like"), Get(release, "name")}, *version);
  }
  return {};
}

}  // namespace

constinit const Part kOsPart = {.name = "os", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
