#pragma once

#include <map>
#include <string>
#include <string_view>

#include "exporter/scrape/memory.h"

namespace sidewatch::testkit {

/// What collectors remember, in a map that outlives them; can be told to refuse.
class MapMemory final : public scrape::Memory {
 public:
  Result<Values> LoadAll(std::string_view name_space) override {
    return values_[std::string(name_space)];
  }

  Status SaveAll(std::string_view name_space, const Values& values) override {
    if (refuses) {
      return Fail(ErrorCode::kUnavailable, "disk full");
    }
    for (const auto& [key, value] : values) {
      values_[std::string(name_space)].insert_or_assign(key, value);
    }
    return {};
  }

  Status Delete(std::string_view name_space, std::string_view key) override {
    values_[std::string(name_space)].erase(std::string(key));
    return {};
  }

  bool refuses = false;

 private:
  std::map<std::string, Values> values_;
};

}  // namespace sidewatch::testkit
