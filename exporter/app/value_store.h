#pragma once

#include <string_view>

#include "alerts/mute/value_store.h"
#include "exporter/state/key_values.h"

namespace sidewatch::app {

/// Keeps silences, acknowledgements or keys in state.db, each under a name of its own.
class ValueStore final : public alerts::ValueStore {
 public:
  /// `database` outlives it.
  ValueStore(state::Database& database, std::string_view name) : values_(database, name) {}

  Result<Values> LoadAll() override { return values_.LoadAll(); }

  Status SaveAll(const Values& values) override { return values_.SaveAll(values); }

  Status Delete(std::string_view id) override { return values_.Delete(id); }

 private:
  state::KeyValues values_;
};

}  // namespace sidewatch::app
