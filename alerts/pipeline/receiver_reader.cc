#include "alerts/pipeline/receiver_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "exporter/config/reader.h"

namespace sidewatch::alerts {
namespace {

using config::MapReader;
using config::Node;

constexpr std::string_view kListSuffix = "_configs";

/// Who is told, for the history; URLs are secrets and not among the keys.
std::string DestinationOf(const Node& item) {
  for (const std::string_view key : {"to", "channel", "chat_id"}) {
    const auto value = item.Find(key);
    if (value && value->is_scalar()) {
      return std::string(value->text());
    }
  }
  return {};
}

class ReceiversReader {
 public:
  ReceiversReader(const Node& global,
                  std::span<const ReceiverSpec* const> specs,
                  const ReceiverDeps& deps)
      : global_(global), specs_(specs), deps_(deps) {}

  void Read(const Node& node, config::Diagnostics& diagnostics) {
    MapReader map(node, diagnostics);
    std::string name;
    map.Read("name", name);
    if (name.empty()) {
      map.Error("missing name in receiver");
    } else if (!read_.names.insert(name).second) {
      map.ErrorAt("name", fmt::format("notification config name \"{}\" is not unique", name));
    } else {
      read_.ordered_names.push_back(name);
    }
    CheckLabels(map, name);
    for (const ReceiverSpec* spec : specs_) {
      ReadKind(map, *spec, name);
    }
    RefuseOtherKinds(map);
  }

  ReceiverConfigs Take() { return std::move(read_); }

 private:
  static void CheckLabels(MapReader& map, const std::string& receiver) {
    std::map<std::string, std::string> labels;
    map.Read("labels", labels);
    const auto name = labels.find("name");
    if (name != labels.end() && name->second != receiver) {
      map.ErrorAt("labels",
                  fmt::format("receiver label \"name\" must match receiver name \"{}\", got \"{}\"",
                              receiver,
                              name->second));
    }
  }

  void ReadKind(MapReader& map, const ReceiverSpec& spec, const std::string& receiver) {
    const std::optional<Node> list = map.Get(spec.key);
    if (!list || list->is_null() || !config::ExpectList(*list, map.diagnostics())) {
      return;
    }
    std::size_t index = 0;
    for (const Node& item : list->items()) {
      MapReader entry(item, map.diagnostics());
      IntegrationConfig config;
      config.name = fmt::format("{}/{}[{}]", receiver, spec.kind, index++);
      config.receiver = receiver;
      config.kind = spec.kind;
      config.send_resolved = spec.send_resolved_by_default;
      entry.Read("send_resolved", config.send_resolved);
      entry.Read("send_resolved_when_muted", config.send_resolved_when_muted);
      entry.Read("timeout", config.timeout);
      entry.Read("max_alerts", config.max_alerts);
      if (config.max_alerts < 0) {
        entry.ErrorAt("max_alerts", "max_alerts must not be negative; 0 shows all");
      }
      config.to = DestinationOf(item);
      config.sender = spec.create(entry, global_, deps_);
      read_.integrations.push_back(std::move(config));
    }
  }

  void RefuseOtherKinds(MapReader& map) {
    std::string known;
    for (const ReceiverSpec* spec : specs_) {
      known += known.empty() ? "" : ", ";
      known += spec->key;
    }
    for (const auto& [key, value] : map.node().entries()) {
      const bool ours = std::ranges::any_of(
          specs_, [&name = key](const ReceiverSpec* spec) { return spec->key == name.text(); });
      if (key.text().ends_with(kListSuffix) && !ours) {
        map.diagnostics().Error(
            key.position(),
            fmt::format("receivers of kind \"{}\" are not supported, only {}", key.text(), known));
        map.Ignore({key.text()});
      }
    }
  }

  const Node& global_;
  std::span<const ReceiverSpec* const> specs_;
  const ReceiverDeps& deps_;
  ReceiverConfigs read_;
};

}  // namespace

ReceiverConfigs ReadReceivers(const Node& receivers,
                              const Node& global,
                              std::span<const ReceiverSpec* const> specs,
                              const ReceiverDeps& deps,
                              config::Diagnostics& diagnostics) {
  ReceiversReader reader(global, specs, deps);
  if (!receivers.is_null() && config::ExpectList(receivers, diagnostics)) {
    for (const Node& node : receivers.items()) {
      reader.Read(node, diagnostics);
    }
  }
  return reader.Take();
}

}  // namespace sidewatch::alerts
