#include "alerts/history/history_entry.h"

#include <algorithm>
#include <string_view>

#include "exporter/base/json_writer.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

constexpr std::size_t kMaxText = 1024;

struct TextField {
  std::string_view key;
  std::string HistoryEvent::*text;
};

constexpr TextField kTexts[] = {
    {"receiver", &HistoryEvent::receiver},
    {"integration", &HistoryEvent::integration},
    {"to", &HistoryEvent::to},
    {"groupKey", &HistoryEvent::group_key},
    {"reason", &HistoryEvent::reason},
    {"answer", &HistoryEvent::answer},
    {"by", &HistoryEvent::by},
    {"from", &HistoryEvent::from},
    {"comment", &HistoryEvent::comment},
};

void WriteAlert(JsonWriter& json, const Alert& alert, TimePoint at) {
  json.BeginObject();
  json.Key("fingerprint").String(FormatFingerprint(Fingerprint(alert.labels)));
  json.Key("state").String(alert.ResolvedAt(at) ? "resolved" : "firing");
  json.Key("startsAt").String(FormatRfc3339(alert.starts_at));
  json.Key("labels").BeginObject();
  for (const Label label : alert.labels) {
    json.Key(label.name).String(label.value);
  }
  json.EndObject().EndObject();
}

}  // namespace

std::string EncodeHistoryEntry(const HistoryEvent& event) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  json.Key("at").String(FormatRfc3339(event.at));
  json.Key("event").String(HistoryKindName(event.kind));
  json.Key("alerts").BeginArray();
  const std::size_t shown = std::min(event.alerts.size(), kMaxEntryAlerts);
  for (std::size_t i = 0; i < shown; ++i) {
    WriteAlert(json, event.alerts[i], event.at);
  }
  json.EndArray();
  json.Key("alertCount").Integer(static_cast<std::int64_t>(event.alerts.size()));
  for (const auto& [key, field] : kTexts) {
    const std::string_view value = event.*field;
    if (!value.empty()) {
      json.Key(key).String(value.substr(0, kMaxText));
    }
  }
  json.EndObject();
  return text;
}

}  // namespace sidewatch::alerts
