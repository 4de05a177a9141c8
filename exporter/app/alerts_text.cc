#include "exporter/app/alerts_text.h"

#include <vector>

#include <fmt/format.h>

#include "exporter/app/table.h"

namespace sidewatch::app {
namespace {

using Json = nlohmann::ordered_json;

const Json& At(const Json& object, const char* key) {
  static const Json kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

std::string Text(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string LabelsText(const Json& alert) {
  std::string rest;
  std::string name;
  for (const auto& [label, value] : At(alert, "labels").items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (label == "alertname") {
      name = text;
    } else {
      rest += fmt::format("{}{}=\"{}\"", rest.empty() ? "" : ",", label, text);
    }
  }
  return fmt::format("{}{{{}}}", name, rest);
}

/// One alert with its labels, or the first one's name and how many more there are.
std::string WhichText(const Json& entry) {
  const Json& alerts = At(entry, "alerts");
  if (!alerts.is_array() || alerts.empty()) {
    return "";
  }
  const Json& count = At(entry, "alertCount");
  const std::size_t all = count.is_number_integer() ? count.get<std::size_t>() : alerts.size();
  const std::string first = LabelsText(alerts.front());
  return all > 1 ? fmt::format("{} +{} more", first, all - 1) : first;
}

/// `ops/slack[0] (#ops): status 200 (first notification)`, or who and why.
std::string DetailText(const Json& entry) {
  std::vector<std::string> parts;
  const std::string integration = Text(entry, "integration");
  if (!integration.empty()) {
    const std::string to = Text(entry, "to");
    parts.push_back(to.empty() ? integration : fmt::format("{} ({})", integration, to));
  }
  for (const char* key : {"by", "answer", "reason", "comment"}) {
    if (std::string text = Text(entry, key); !text.empty()) {
      parts.push_back(std::move(text));
    }
  }
  return fmt::format("{}", fmt::join(parts, ": "));
}

}  // namespace

std::string HistoryText(const Json& data) {
  const Json& history = At(data, "history");
  if (history.empty()) {
    return "nothing happened\n";
  }
  Table table({"AT", "EVENT", "ALERT", "DETAILS"});
  for (const Json& row : history) {
    const Json& entry = At(row, "entry");
    table.Add({Text(entry, "at"), Text(entry, "event"), WhichText(entry), DetailText(entry)});
  }
  return table.Text();
}

std::string AckedAlertsText(const Json& data) {
  std::string text;
  for (const Json& alert : At(data, "alerts")) {
    text += fmt::format("{}  {}\n", Text(alert, "fingerprint"), LabelsText(alert));
  }
  return text;
}

std::string AcksText(const Json& data) {
  const Json& acks = At(data, "acknowledgements");
  if (acks.empty()) {
    return "no alert is acknowledged\n";
  }
  Table table({"FINGERPRINT", "SINCE", "BY", "ALERT", "COMMENT"});
  for (const Json& ack : acks) {
    table.Add({Text(ack, "fingerprint"),
               Text(ack, "at"),
               Text(ack, "by"),
               LabelsText(ack),
               Text(ack, "comment")});
  }
  return table.Text();
}

}  // namespace sidewatch::app
