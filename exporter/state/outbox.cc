#include "exporter/state/outbox.h"

namespace sidewatch::state {
namespace {

Status Remove(Transaction& transaction, OutboxId id) {
  return transaction.Run("DELETE FROM outbox WHERE id = ?", {static_cast<std::int64_t>(id)});
}

}  // namespace

Result<std::vector<OutboxRow>> Outbox::LoadAll() {
  Transaction transaction(database_);
  SW_TRY_ASSIGN(Rows rows,
                transaction.Query("SELECT id, integration, group_key, payload, created_at, "
                                  "attempts, next_attempt_at FROM outbox ORDER BY id",
                                  {}));
  std::vector<OutboxRow> all;
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    if (!found) {
      return all;
    }
    all.push_back({.id = OutboxId{rows.Integer(0)},
                   .integration = std::string(rows.Bytes(1)),
                   .group_key = std::string(rows.Bytes(2)),
                   .payload = std::string(rows.Bytes(3)),
                   .created_at = FromUnixMillis(rows.Integer(4)),
                   .attempts = rows.Integer(5),
                   .next_attempt_at = FromUnixMillis(rows.Integer(6))});
  }
}

Result<OutboxId> Outbox::Enqueue(const OutboxRow& row) {
  Transaction transaction(database_);
  // REPLACE removes the row that the UNIQUE (integration, group_key) forbids beside the new one.
  SW_TRY(
      transaction.Run("INSERT OR REPLACE INTO outbox "
                      "(integration, group_key, payload, created_at, attempts, next_attempt_at) "
                      "VALUES (?, ?, ?, ?, ?, ?)",
                      {std::string_view(row.integration),
                       std::string_view(row.group_key),
                       Blob{row.payload},
                       ToUnixMillis(row.created_at),
                       row.attempts,
                       ToUnixMillis(row.next_attempt_at)}));
  const OutboxId id{transaction.LastInsertId()};
  SW_TRY(transaction.Commit());
  return id;
}

Status Outbox::Postpone(OutboxId id, std::int64_t attempts, TimePoint next_attempt_at) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("UPDATE outbox SET attempts = ?, next_attempt_at = ? WHERE id = ?",
                         {attempts, ToUnixMillis(next_attempt_at), static_cast<std::int64_t>(id)}));
  return transaction.Commit();
}

Status Outbox::Complete(OutboxId id, const NotificationLogEntry& entry) {
  Transaction transaction(database_);
  SW_TRY(Remove(transaction, id));
  SW_TRY(NotificationLog::Write(transaction, entry));
  return transaction.Commit();
}

Status Outbox::Drop(OutboxId id) {
  Transaction transaction(database_);
  SW_TRY(Remove(transaction, id));
  return transaction.Commit();
}

}  // namespace sidewatch::state
