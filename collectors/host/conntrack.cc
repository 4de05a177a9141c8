#include <map>
#include <string>

#include "collectors/host/one_number.h"
#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_nf_conntrack_entries",
          {},
          "/proc/sys/net/netfilter/nf_conntrack_count",
          "Connections that the firewall tracks."),
    Gauge("node_nf_conntrack_entries_limit",
          {},
          "/proc/sys/net/netfilter/nf_conntrack_max",
          "Connections that the firewall may track."),
    Gauge("node_nf_conntrack_stat_found",
          {},
          "/proc/net/stat/nf_conntrack found",
          "Look-ups that found an entry."),
    Gauge("node_nf_conntrack_stat_invalid",
          {},
          "/proc/net/stat/nf_conntrack invalid",
          "Packets that could not be tracked."),
    Gauge("node_nf_conntrack_stat_ignore",
          {},
          "/proc/net/stat/nf_conntrack ignore",
          "Packets that were tracked already."),
    Gauge("node_nf_conntrack_stat_insert",
          {},
          "/proc/net/stat/nf_conntrack insert",
          "Entries added."),
    Gauge("node_nf_conntrack_stat_insert_failed",
          {},
          "/proc/net/stat/nf_conntrack insert_failed",
          "Entries that could not be added."),
    Gauge("node_nf_conntrack_stat_drop",
          {},
          "/proc/net/stat/nf_conntrack drop",
          "Packets dropped because an entry could not be added."),
    Gauge("node_nf_conntrack_stat_early_drop",
          {},
          "/proc/net/stat/nf_conntrack early_drop",
          "Entries dropped to make room for new ones."),
    Gauge("node_nf_conntrack_stat_search_restart",
          {},
          "/proc/net/stat/nf_conntrack search_restart",
          "Look-ups begun anew because the table was resized."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// A line of names, then one of hexadecimal numbers for each CPU: shown is their sum.
Status ParseStat(std::string_view text, scrape::SampleSink& sink) {
  const auto names = Words(TakeLine(text));
  std::map<std::string_view, double> sums;
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    for (std::size_t i = 0; i < std::min(names.size(), words.size()); ++i) {
      sums[names[i]] += ReadHex(words[i]).value_or(0);
    }
  }
  for (const auto& [name, sum] : sums) {
    const MetricDescriptor* row = FindRow(kMetrics, "node_nf_conntrack_stat_" + std::string(name));
    if (row != nullptr) {
      sink.Add(*row, sum);
    }
  }
  return {};
}

constexpr ProcFile kFiles[] = {
    {.path = "sys/net/netfilter/nf_conntrack_count", .parse = &ParseOneNumber<kMetrics, 0>},
    {.path = "sys/net/netfilter/nf_conntrack_max", .parse = &ParseOneNumber<kMetrics, 1>},
    {.path = "net/stat/nf_conntrack", .parse = &ParseStat, .optional = true}};

}  // namespace

constinit const Part kConntrackPart = {.name = "conntrack", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
