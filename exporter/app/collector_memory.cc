#include "exporter/app/collector_memory.h"

#include <fmt/format.h>

#include "exporter/state/key_values.h"

namespace sidewatch::app {
namespace {

// Silences and others live in the same table.
std::string Prefixed(std::string_view name_space) {
  return fmt::format("collector/{}", name_space);
}

}  // namespace

Result<state::Database*> CollectorMemory::Bound() const {
  state::Database* database = database_;
  if (database == nullptr) {
    return Fail(ErrorCode::kUnavailable, "the state is not open yet");
  }
  return database;
}

Result<scrape::Memory::Values> CollectorMemory::LoadAll(std::string_view name_space) {
  SW_TRY_ASSIGN(state::Database * database, Bound());
  return state::KeyValues(*database, Prefixed(name_space)).LoadAll();
}

Status CollectorMemory::SaveAll(std::string_view name_space, const Values& values) {
  SW_TRY_ASSIGN(state::Database * database, Bound());
  return state::KeyValues(*database, Prefixed(name_space)).SaveAll(values);
}

Status CollectorMemory::Delete(std::string_view name_space, std::string_view key) {
  SW_TRY_ASSIGN(state::Database * database, Bound());
  return state::KeyValues(*database, Prefixed(name_space)).Delete(key);
}

}  // namespace sidewatch::app
