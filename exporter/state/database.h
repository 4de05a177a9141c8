#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/state/sqlite.h"

namespace sidewatch::state {

struct DatabaseOptions {
  /// The file is refused more; 0: as much as the disk holds.
  std::int64_t max_bytes = 0;
};

/// The one durable file, `state.db`. The table classes (SampleJournal, AlertStates, Outbox, …)
/// borrow it.
///
/// A write that fails (disk full, read-only, …) leaves the file as it was and the object usable:
/// the next write succeeds as soon as the disk does.
///
/// Errors:  of every call of this folder, if not said otherwise: kUnavailable (disk), kProtocol
///          (the file is damaged or not ours), kPermissionDenied, kInternal.
/// Threads: safe, as are all table classes.
/// Cost:    512 KiB of page cache. Reads are for the start of the program, writes are short.
class Database {
 public:
  /// Opens or creates the file, its folder too, and takes it for this process alone.
  static Result<std::unique_ptr<Database>> Open(const std::string& path,
                                                const DatabaseOptions& options = {});

  /// A database that forgets everything, for running on when Open has failed, and for `check`.
  static Result<std::unique_ptr<Database>> OpenInMemory();

  /// Bytes that the file holds, without its write-ahead log.
  Result<std::int64_t> SizeBytes();

 private:
  friend class Transaction;

  explicit Database(Connection connection) : connection_(std::move(connection)) {}

  static Result<std::unique_ptr<Database>> Prepare(const std::string& path,
                                                   const DatabaseOptions& options);

  Mutex mutex_;
  Connection connection_ SW_GUARDED_BY(mutex_);
  bool flushes_ SW_GUARDED_BY(mutex_) = true;
};

/// What a commit survives. Both survive `kill -9`.
enum class Durability {
  kProcess,  ///< A power cut may lose the last seconds: for sample batches.
  kDisk,     ///< Flushed to the disk before Commit() returns.
};

/// Holds the database for a scope; what was not committed is undone at its end. For the table
/// classes of this folder only.
class SW_THREAD_ATTRIBUTE(scoped_lockable) Transaction {
 public:
  explicit Transaction(Database& database, Durability durability = Durability::kDisk)
      SW_THREAD_ATTRIBUTE(acquire_capability(database.mutex_));
  ~Transaction() SW_THREAD_ATTRIBUTE(release_capability());

  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction(Transaction&&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  Status Run(std::string_view sql, std::initializer_list<Argument> arguments);
  Result<Rows> Query(std::string_view sql, std::initializer_list<Argument> arguments);

  std::int64_t LastInsertId() const { return connection_.LastInsertId(); }

  /// Rows that the last Run changed.
  std::int64_t ChangedRows() const { return connection_.ChangedRows(); }

  /// All rows that were handed out must be gone.
  Status Commit();

 private:
  Status Begin(Database& database, Durability durability);

  Mutex& mutex_;
  Connection& connection_;
  Status begun_;
};

}  // namespace sidewatch::state
