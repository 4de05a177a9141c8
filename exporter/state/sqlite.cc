#include "exporter/state/sqlite.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace sidewatch::state {
namespace {

/// What an answer of SQLite means to us, and what the reader of the log can do about it.
struct Meaning {
  int answer;
  ErrorCode code;
  std::string_view advice;
};

constexpr std::array kMeanings = {
    Meaning{SQLITE_FULL,
            ErrorCode::kUnavailable,
            "free space on its disk; nothing more survives a restart until then"},
    Meaning{SQLITE_READONLY,
            ErrorCode::kUnavailable,
            "make the file and its folder writable for this user, or remount the disk read-write"},
    Meaning{SQLITE_IOERR, ErrorCode::kUnavailable, "check the disk and the free space on it"},
    Meaning{SQLITE_CANTOPEN,
            ErrorCode::kUnavailable,
            "check that the folder exists and is writable for this user"},
    Meaning{SQLITE_BUSY,
            ErrorCode::kUnavailable,
            "another process uses it: stop that one, or give this one another --storage.path"},
    Meaning{SQLITE_LOCKED, ErrorCode::kInternal, "a statement of our own was still running"},
    Meaning{SQLITE_PERM, ErrorCode::kPermissionDenied, "check owner and mode of the file"},
    Meaning{SQLITE_AUTH, ErrorCode::kPermissionDenied, "check owner and mode of the file"},
    Meaning{SQLITE_CORRUPT,
            ErrorCode::kProtocol,
            "the file is damaged: move it away and start again, alert states begin anew"},
    Meaning{SQLITE_NOTADB,
            ErrorCode::kProtocol,
            "this is not a file of ours: move it away, or give another --storage.path"},
};

constexpr Meaning kUnexpected = {SQLITE_ERROR, ErrorCode::kInternal, "please report this"};

tl::unexpected<Error> FailFor(int answer, sqlite3* session, std::string_view path) {
  constexpr int kPrimaryBits = 0xff;
  const auto* row = std::ranges::find(kMeanings, answer & kPrimaryBits, &Meaning::answer);
  const Meaning& meaning = row == kMeanings.end() ? kUnexpected : *row;
  return Fail(meaning.code,
              "state file {}: {} (SQLite {}); {}",
              path,
              session != nullptr ? sqlite3_errmsg(session) : sqlite3_errstr(answer),
              answer,
              meaning.advice);
}

/// Creates what is missing: the folder, and the file with a mode that keeps others from reading it.
Status CreateFile(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code problem;
  if (!folder.empty()) {
    std::filesystem::create_directories(folder, problem);
  }
  if (problem) {
    return Fail(ErrorCode::kUnavailable,
                "state file {}: cannot create folder {}: {}; create it, or give another "
                "--storage.path",
                path,
                folder.string(),
                problem.message());
  }
  // O_EXCL: an existing file must not be opened here, closing it would drop SQLite's locks on it.
  const UniqueFd created(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!created.valid() && errno != EEXIST) {
    return Fail(ErrorCode::kUnavailable,
                "state file {}: cannot create it: {}; make folder {} writable for this user, or "
                "give another --storage.path",
                path,
                std::generic_category().message(errno),
                folder.empty() ? "." : folder.string());
  }
  return {};
}

struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }

  // The null destructor is SQLITE_STATIC: the bytes outlive the step, so SQLite need not copy them.
  int operator()(std::string_view text) const {
    return sqlite3_bind_text64(statement, index, NotNull(text), text.size(), nullptr, SQLITE_UTF8);
  }

  int operator()(Blob blob) const {
    return sqlite3_bind_blob64(statement, index, NotNull(blob.bytes), blob.bytes.size(), nullptr);
  }

  /// A null pointer would bind NULL instead of an empty value.
  static const char* NotNull(std::string_view bytes) {
    return bytes.data() == nullptr ? "" : bytes.data();
  }
};

}  // namespace

Result<bool> Rows::Next() {
  const int answer = sqlite3_step(statement_.get());
  if (answer != SQLITE_ROW && answer != SQLITE_DONE) {
    return FailFor(answer, sqlite3_db_handle(statement_.get()), path_);
  }
  return answer == SQLITE_ROW;
}

std::int64_t Rows::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Rows::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

Result<Connection> Connection::Open(const std::string& path) {
  if (path != ":memory:") {
    SW_TRY(CreateFile(path));
  }
  sqlite3* raw = nullptr;
  const int answer =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(path, raw);
  if (answer != SQLITE_OK) {
    return FailFor(answer, raw, path);
  }
  sqlite3_extended_result_codes(raw, 1);
  return connection;
}

Status Connection::RunScript(const char* sql) {
  const int answer = sqlite3_exec(session_.get(), sql, nullptr, nullptr, nullptr);
  if (answer != SQLITE_OK) {
    return FailFor(answer, session_.get(), path_);
  }
  return {};
}

Result<sqlite3_stmt*> Connection::Prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    return known->second.get();
  }
  sqlite3_stmt* raw = nullptr;
  const int answer = sqlite3_prepare_v3(session_.get(),
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &raw,
                                        nullptr);
  if (answer != SQLITE_OK) {
    return FailFor(answer, session_.get(), path_);
  }
  statements_.emplace(sql, raw);
  return raw;
}

Result<Rows> Connection::Query(std::string_view sql, std::initializer_list<Argument> arguments) {
  SW_TRY_ASSIGN(sqlite3_stmt* const statement, Prepare(sql));
  Rows rows(statement, path_);
  int index = 0;
  for (const Argument& argument : arguments) {
    const int answer = std::visit(Binder{statement, ++index}, argument);
    if (answer != SQLITE_OK) {
      return FailFor(answer, session_.get(), path_);
    }
  }
  return rows;
}

Status Connection::Run(std::string_view sql, std::initializer_list<Argument> arguments) {
  SW_TRY_ASSIGN(Rows rows, Query(sql, arguments));
  SW_TRY(rows.Next());
  return {};
}

Result<std::int64_t> Connection::QueryInteger(std::string_view sql) {
  SW_TRY_ASSIGN(Rows rows, Query(sql, {}));
  SW_TRY_ASSIGN(const bool found, rows.Next());
  return found ? rows.Integer(0) : 0;
}

}  // namespace sidewatch::state
