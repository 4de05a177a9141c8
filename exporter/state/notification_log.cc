#include "exporter/state/notification_log.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace sidewatch::state {
namespace {

static_assert(std::endian::native == std::endian::little, "fingerprints are stored as they lie");

std::string EncodeFingerprints(const std::vector<std::uint64_t>& fingerprints) {
  std::string bytes(fingerprints.size() * sizeof(std::uint64_t), '\0');
  if (!bytes.empty()) {
    std::memcpy(bytes.data(), fingerprints.data(), bytes.size());
  }
  return bytes;
}

std::vector<std::uint64_t> DecodeFingerprints(std::string_view bytes) {
  std::vector<std::uint64_t> fingerprints(bytes.size() / sizeof(std::uint64_t));
  if (!fingerprints.empty()) {
    std::memcpy(fingerprints.data(), bytes.data(), fingerprints.size() * sizeof(std::uint64_t));
  }
  return fingerprints;
}

}  // namespace

Result<std::vector<NotificationLogEntry>> NotificationLog::LoadAll() {
  Transaction transaction(database_);
  SW_TRY_ASSIGN(Rows rows,
                transaction.Query("SELECT group_key, integration, sent_at, expires_at, firing, "
                                  "resolved, receiver_data FROM notification_log",
                                  {}));
  std::vector<NotificationLogEntry> all;
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    if (!found) {
      return all;
    }
    all.push_back({.group_key = std::string(rows.Bytes(0)),
                   .integration = std::string(rows.Bytes(1)),
                   .sent_at = FromUnixMillis(rows.Integer(2)),
                   .expires_at = FromUnixMillis(rows.Integer(3)),
                   .firing = DecodeFingerprints(rows.Bytes(4)),
                   .resolved = DecodeFingerprints(rows.Bytes(5)),
                   .receiver_data = std::string(rows.Bytes(6))});
  }
}

Status NotificationLog::Save(const NotificationLogEntry& entry) {
  Transaction transaction(database_);
  SW_TRY(Write(transaction, entry));
  return transaction.Commit();
}

Result<std::int64_t> NotificationLog::DeleteExpired(TimePoint now) {
  Transaction transaction(database_);
  SW_TRY(transaction.Run("DELETE FROM notification_log WHERE expires_at < ?", {ToUnixMillis(now)}));
  const std::int64_t deleted = transaction.ChangedRows();
  SW_TRY(transaction.Commit());
  return deleted;
}

Status NotificationLog::Write(Transaction& transaction, const NotificationLogEntry& entry) {
  const std::string firing = EncodeFingerprints(entry.firing);
  const std::string resolved = EncodeFingerprints(entry.resolved);
  return transaction.Run(
      "INSERT OR REPLACE INTO notification_log "
      "(group_key, integration, sent_at, expires_at, firing, resolved, receiver_data) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {std::string_view(entry.group_key),
       std::string_view(entry.integration),
       ToUnixMillis(entry.sent_at),
       ToUnixMillis(entry.expires_at),
       Blob{firing},
       Blob{resolved},
       Blob{entry.receiver_data}});
}

}  // namespace sidewatch::state
