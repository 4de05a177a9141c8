#pragma once

#include <string_view>

#include "alerts/mute/silences.h"
#include "exporter/state/key_values.h"

namespace sidewatch::app {

/// Keeps silences in state.db.
class SilenceStore final : public alerts::SilenceStore {
 public:
  /// `database` outlives it.
  explicit SilenceStore(state::Database& database) : values_(database, "silences") {}

  Result<Values> LoadAll() override { return values_.LoadAll(); }

  Status SaveAll(const Values& values) override { return values_.SaveAll(values); }

  Status Delete(std::string_view id) override { return values_.Delete(id); }

 private:
  state::KeyValues values_;
};

}  // namespace sidewatch::app
