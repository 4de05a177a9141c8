#include "exporter/state/key_values.h"

namespace sidewatch::state {
namespace {

constexpr std::string_view kSave =
    "INSERT OR REPLACE INTO key_values (namespace, key, value) VALUES (?, ?, ?)";

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> KeyValues::LoadAll() {
  Transaction transaction(database_);
  SW_TRY_ASSIGN(Rows rows,
                transaction.Query("SELECT key, value FROM key_values WHERE namespace = ?",
                                  {std::string_view(namespace_)}));
  std::map<std::string, std::string, std::less<>> all;
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    if (!found) {
      return all;
    }
    all.emplace(rows.Bytes(0), rows.Bytes(1));
  }
}

Status KeyValues::Save(std::string_view key, std::string_view value) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run(kSave, {std::string_view(namespace_), key, Blob{value}}));
  return transaction.Commit();
}

Status KeyValues::SaveAll(const std::map<std::string, std::string, std::less<>>& values) {
  Transaction transaction(database_);
  for (const auto& [key, value] : values) {
    SW_TRY(
        transaction.Run(kSave, {std::string_view(namespace_), std::string_view(key), Blob{value}}));
  }
  return transaction.Commit();
}

Status KeyValues::Delete(std::string_view key) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("DELETE FROM key_values WHERE namespace = ? AND key = ?",
                         {std::string_view(namespace_), key}));
  return transaction.Commit();
}

}  // namespace sidewatch::state
