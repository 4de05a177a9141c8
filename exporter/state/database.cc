#include "exporter/state/database.h"

#include <utility>

#include <fmt/format.h>

#include "exporter/state/schema.h"

namespace sidewatch::state {
namespace {

// EXCLUSIVE before WAL: one process owns the file, so the index of the log lives in its memory and
// no -shm file is mapped. cache_size is in KiB when negative.
constexpr const char* kSettings = R"sql(
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -512;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA journal_size_limit = 4194304;
)sql";

constexpr std::int64_t kPageBytes = 4096;  // SQLite's default.

}  // namespace

Result<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                 const DatabaseOptions& options) {
  return Prepare(path, options);
}

Result<std::unique_ptr<Database>> Database::OpenInMemory() {
  return Prepare(":memory:", {});
}

Result<std::unique_ptr<Database>> Database::Prepare(const std::string& path,
                                                    const DatabaseOptions& options) {
  SW_TRY_ASSIGN(Connection connection, Connection::Open(path));
  SW_TRY(connection.RunScript(kSettings));
  SW_TRY(MigrateSchema(connection, path));
  if (options.max_bytes > 0) {
    const std::int64_t pages = options.max_bytes / kPageBytes + 1;
    SW_TRY(connection.RunScript(fmt::format("PRAGMA max_page_count = {}", pages).c_str()));
  }
  // A file on a read-only disk opens well and tells only the first writer.
  SW_TRY(connection.RunScript("BEGIN IMMEDIATE; ROLLBACK"));
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
  return std::unique_ptr<Database>(new Database(std::move(connection)));
}

Result<std::int64_t> Database::SizeBytes() {
  const MutexLock lock(mutex_);
  SW_TRY_ASSIGN(const std::int64_t pages, connection_.QueryInteger("PRAGMA page_count"));
  return pages * kPageBytes;
}

// The analysis does not see through the references kept for the scope.
Transaction::Transaction(Database& database, Durability durability)
    SW_THREAD_ATTRIBUTE(no_thread_safety_analysis)
    : mutex_(database.mutex_), connection_(database.connection_) {
  mutex_.lock();
  begun_ = Begin(database, durability);
}

Transaction::~Transaction() SW_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  if (connection_.InTransaction()) {
    // Cannot fail in a way that matters: what is not committed is gone at the next start.
    static_cast<void>(connection_.RunScript("ROLLBACK"));
  }
  mutex_.unlock();
}

Status Transaction::Begin(Database& database, Durability durability)
    SW_THREAD_ATTRIBUTE(no_thread_safety_analysis) {
  const bool flushes = durability == Durability::kDisk;
  if (database.flushes_ != flushes) {
    SW_TRY(connection_.RunScript(flushes ? "PRAGMA synchronous = FULL"
                                         : "PRAGMA synchronous = NORMAL"));
    database.flushes_ = flushes;
  }
  return connection_.Run("BEGIN IMMEDIATE", {});
}

Status Transaction::Run(std::string_view sql, std::initializer_list<Argument> arguments) {
  SW_TRY(begun_);
  return connection_.Run(sql, arguments);
}

Result<Rows> Transaction::Query(std::string_view sql, std::initializer_list<Argument> arguments) {
  SW_TRY(begun_);
  return connection_.Query(sql, arguments);
}

Status Transaction::Commit() {
  SW_TRY(begun_);
  return connection_.Run("COMMIT", {});
}

}  // namespace sidewatch::state
