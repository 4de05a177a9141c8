#include "exporter/state/alert_states.h"

namespace sidewatch::state {

Result<std::map<std::string, std::string, std::less<>>> AlertStates::LoadAll() {
  Transaction transaction(database_);
  SW_TRY_ASSIGN(Rows rows, transaction.Query("SELECT group_key, states FROM alert_states", {}));
  std::map<std::string, std::string, std::less<>> all;
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    if (!found) {
      return all;
    }
    all.emplace(rows.Bytes(0), rows.Bytes(1));
  }
}

Status AlertStates::Save(std::string_view group_key, std::string_view states) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("INSERT OR REPLACE INTO alert_states (group_key, states) VALUES (?, ?)",
                         {group_key, Blob{states}}));
  return transaction.Commit();
}

Status AlertStates::Delete(std::string_view group_key) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("DELETE FROM alert_states WHERE group_key = ?", {group_key}));
  return transaction.Commit();
}

}  // namespace sidewatch::state
