#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include <sqlite3.h>

#include "exporter/base/result.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::state {

/// Bytes to bind as a BLOB. Lifetime: borrowed until the statement has run.
struct Blob {
  std::string_view bytes;
};

/// What a `?` of a statement stands for.
using Argument = std::variant<std::int64_t, std::string_view, Blob>;

/// The rows that a statement gives, one after the other. Lifetime: ends before its Connection, and
/// before the same statement is run again.
class Rows {
 public:
  Rows(sqlite3_stmt* statement, std::string_view path) : statement_(statement), path_(path) {}

  /// Steps to the next row. False: there is none.
  Result<bool> Next();

  std::int64_t Integer(int column) const;

  /// Text or bytes of the current row. Lifetime: until the next call of Next().
  std::string_view Bytes(int column) const;

 private:
  // Not finalised: the connection keeps statements prepared; a reset gives its locks back.
  UniqueHandle<sqlite3_stmt, sqlite3_reset> statement_;
  std::string_view path_;
};

/// One SQLite session with its prepared statements. Not thread-safe.
class Connection {
 public:
  /// Opens `path` (`:memory:` for none), creating it readable for its owner only.
  static Result<Connection> Open(const std::string& path);

  /// Runs statements without arguments and without rows, separated by `;`.
  Status RunScript(const char* sql);

  /// Prepares `sql` once, binds and starts it. Lifetime: `sql` is a constant.
  Result<Rows> Query(std::string_view sql, std::initializer_list<Argument> arguments);

  /// Query for a statement without rows.
  Status Run(std::string_view sql, std::initializer_list<Argument> arguments);

  /// The first column of the first row.
  Result<std::int64_t> QueryInteger(std::string_view sql);

  std::int64_t LastInsertId() const { return sqlite3_last_insert_rowid(session_.get()); }

  std::int64_t ChangedRows() const { return sqlite3_changes(session_.get()); }

  bool InTransaction() const { return sqlite3_get_autocommit(session_.get()) == 0; }

 private:
  Connection(std::string path, sqlite3* session) : path_(std::move(path)), session_(session) {}

  Result<sqlite3_stmt*> Prepare(std::string_view sql);

  std::string path_;
  UniqueHandle<sqlite3, sqlite3_close> session_;
  // Below session_: a session closes only once its statements are finalised.
  std::unordered_map<std::string_view, UniqueHandle<sqlite3_stmt, sqlite3_finalize>> statements_;
};

}  // namespace sidewatch::state
