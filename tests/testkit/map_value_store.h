#pragma once

#include <string>
#include <string_view>

#include "alerts/mute/value_store.h"

namespace sidewatch::testkit {

/// Keeps what a disk would; may refuse as a full one does.
class MapValueStore final : public alerts::ValueStore {
 public:
  Result<Values> LoadAll() override { return values; }

  Status SaveAll(const Values& saved) override {
    if (full) {
      return Fail(ErrorCode::kUnavailable, "disk is full");
    }
    for (const auto& [id, bytes] : saved) {
      values.insert_or_assign(id, bytes);
    }
    return {};
  }

  Status Delete(std::string_view id) override {
    if (full) {
      return Fail(ErrorCode::kUnavailable, "disk is full");
    }
    values.erase(std::string(id));
    return {};
  }

  Values values;
  bool full = false;
};

}  // namespace sidewatch::testkit
