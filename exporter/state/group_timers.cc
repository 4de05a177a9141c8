#include "exporter/state/group_timers.h"

namespace sidewatch::state {

Result<std::map<std::string, std::string, std::less<>>> GroupTimers::LoadAll() {
  Transaction transaction(database_);
  SW_TRY_ASSIGN(Rows rows, transaction.Query("SELECT group_key, timer FROM group_timers", {}));
  std::map<std::string, std::string, std::less<>> all;
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    if (!found) {
      return all;
    }
    all.emplace(rows.Bytes(0), rows.Bytes(1));
  }
}

Status GroupTimers::Save(std::string_view group_key, std::string_view timer) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("INSERT OR REPLACE INTO group_timers (group_key, timer) VALUES (?, ?)",
                         {group_key, Blob{timer}}));
  return transaction.Commit();
}

Status GroupTimers::Delete(std::string_view group_key) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("DELETE FROM group_timers WHERE group_key = ?", {group_key}));
  return transaction.Commit();
}

}  // namespace sidewatch::state
