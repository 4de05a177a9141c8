#include "exporter/state/alert_history.h"

#include <utility>

namespace sidewatch::state {
namespace {

/// The first column of the first row, or 0.
Result<std::int64_t> QueryNumber(Transaction& transaction, std::string_view sql) {
  SW_TRY_ASSIGN(Rows rows, transaction.Query(sql, {}));
  SW_TRY_ASSIGN(const bool found, rows.Next());
  return found ? rows.Integer(0) : 0;
}

struct Oldest {
  std::int64_t id = 0;
  std::int64_t bytes = 0;
};

Result<Oldest> FindOldest(Transaction& transaction) {
  SW_TRY_ASSIGN(
      Rows rows,
      transaction.Query("SELECT id, LENGTH(entry) FROM alert_history ORDER BY id LIMIT 1", {}));
  SW_TRY_ASSIGN(const bool found, rows.Next());
  return found ? Oldest{.id = rows.Integer(0), .bytes = rows.Integer(1)} : Oldest{};
}

}  // namespace

Status AlertHistory::Append(std::span<const AlertHistoryRow> rows) {
  const MutexLock lock(mutex_);
  Transaction transaction(database_, Durability::kProcess);
  std::int64_t bytes = bytes_;
  if (bytes < 0) {
    SW_TRY_ASSIGN(bytes, QueryNumber(transaction, "SELECT SUM(LENGTH(entry)) FROM alert_history"));
  }
  for (const AlertHistoryRow& row : rows) {
    SW_TRY(transaction.Run(
        "INSERT INTO alert_history (at, kind, fingerprint, entry) VALUES (?, ?, ?, ?)",
        {ToUnixMillis(row.at),
         std::string_view(row.kind),
         static_cast<std::int64_t>(row.fingerprint),
         Blob{row.entry}}));
    bytes += static_cast<std::int64_t>(row.entry.size());
  }
  SW_TRY(DeleteOverLimits(transaction, bytes));
  SW_TRY(transaction.Commit());
  bytes_ = bytes;
  return {};
}

Status AlertHistory::DeleteOverLimits(Transaction& transaction, std::int64_t& bytes) const {
  const std::int64_t newest = transaction.LastInsertId();
  while (true) {
    SW_TRY_ASSIGN(const Oldest oldest, FindOldest(transaction));
    // Ids have no gaps but those of failed writes, which makes the history a little shorter.
    const bool over = oldest.id + limits_.rows <= newest || bytes > limits_.bytes;
    if (oldest.id == 0 || !over) {
      return {};
    }
    SW_TRY(transaction.Run("DELETE FROM alert_history WHERE id = ?", {oldest.id}));
    bytes -= oldest.bytes;
  }
}

Status AlertHistory::VisitNewestFirst(
    const std::function<bool(const AlertHistoryRow& row)>& visit) {
  Transaction transaction(database_);
  SW_TRY_ASSIGN(Rows rows,
                transaction.Query("SELECT id, at, kind, fingerprint, entry FROM alert_history "
                                  "ORDER BY id DESC",
                                  {}));
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    const bool more = found && visit({.id = rows.Integer(0),
                                      .at = FromUnixMillis(rows.Integer(1)),
                                      .kind = std::string(rows.Bytes(2)),
                                      .fingerprint = static_cast<std::uint64_t>(rows.Integer(3)),
                                      .entry = std::string(rows.Bytes(4))});
    if (!more) {
      return {};
    }
  }
}

}  // namespace sidewatch::state
