#include "collectors/host/netstat_rows.h"
#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

void AddIfKnown(const std::string& name, std::string_view text, scrape::SampleSink& sink) {
  const MetricDescriptor* row = FindRow(kNetstatMetrics, name);
  const auto value = row == nullptr ? std::nullopt : ReadCount(text);
  if (value) {
    sink.Add(*row, *value);
  }
}

/// Lines come in pairs: `Tcp: ActiveOpens PassiveOpens …`, `Tcp: 12 7 …`.
Status ParsePairs(std::string_view text, scrape::SampleSink& sink) {
  while (!text.empty()) {
    const auto names = Words(TakeLine(text));
    const auto values = Words(TakeLine(text));
    if (names.empty() || values.size() != names.size() || names[0] != values[0]) {
      return Fail(ErrorCode::kProtocol, "netstat: a line of names without its line of values");
    }
    const std::string prefix =
        "node_netstat_" + std::string(names[0].substr(0, names[0].size() - 1)) + "_";
    for (std::size_t i = 1; i < names.size(); ++i) {
      AddIfKnown(prefix + std::string(names[i]), values[i], sink);
    }
  }
  return {};
}

/// A line is `Udp6InDatagrams  5`: the protocol ends with its 6.
Status ParseSnmp6(std::string_view text, scrape::SampleSink& sink) {
  while (!text.empty()) {
    const auto words = Words(TakeLine(text));
    const std::size_t six = words.size() == 2 ? words[0].find('6') : std::string_view::npos;
    if (six != std::string_view::npos) {
      const std::string name = "node_netstat_" + std::string(words[0].substr(0, six + 1)) + "_" +
                               std::string(words[0].substr(six + 1));
      AddIfKnown(name, words[1], sink);
    }
  }
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "net/netstat", .parse = &ParsePairs},
                               {.path = "net/snmp", .parse = &ParsePairs},
                               {.path = "net/snmp6", .parse = &ParseSnmp6, .optional = true}};

}  // namespace

constinit const Part kNetstatPart = {
    .name = "netstat", .metrics = kNetstatMetrics, .files = kFiles};

}  // namespace sidewatch::host
