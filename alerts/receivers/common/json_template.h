#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "alerts/receivers/common/deps.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {

using Json = nlohmann::ordered_json;

/// JSON for the wire: what is not UTF-8 in it is replaced.
std::string ToWire(const Json& json);

/// A value of the configuration of any shape whose texts are templates.
///
/// What a text renders to is read as YAML once more, as Alertmanager does it: `2` becomes a number,
/// `[…]` a list, the rest stays a text.
class JsonTemplate {
 public:
  JsonTemplate() = default;

  explicit JsonTemplate(Json shape) : shape_(std::move(shape)) {}

  /// Reads a value and checks its templates.
  static JsonTemplate Read(const config::Node& node,
                           const ReceiverDeps& deps,
                           config::Diagnostics& diagnostics);

  bool empty() const { return shape_.is_null(); }

  /// Errors: those of Renderer::Render.
  Result<Json> Render(const ReceiverDeps& deps, const Notification& notification) const;

 private:
  Json shape_;
};

}  // namespace sidewatch::alerts
