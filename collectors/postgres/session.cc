// One round trip for a whole run.
//
// In pipeline mode libpq sends every message without waiting for answers. Each query goes out as
//
//   SELECT set_config(…)   limits that hold until the next Sync
//   the query
//   Sync                   ends the implicit transaction; an error skips only up to here
//
// and comes back as [tuples, NULL, tuples, NULL, PIPELINE_SYNC], or with an error and
// PIPELINE_ABORTED in between. https://www.postgresql.org/docs/current/libpq-pipeline-mode.html

#include "collectors/postgres/session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <poll.h>

namespace sidewatch::postgres {

namespace {

constexpr std::chrono::milliseconds kSlice{200};
constexpr std::chrono::milliseconds kLockWait{1000};

constexpr const char* kLimits =
    "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true), "
    "set_config('transaction_read_only', 'on', true)";

Duration TimeLeft(const Clock& clock, const scrape::RunContext& run) {
  return std::chrono::duration_cast<Duration>(run.deadline - clock.Steady());
}

Error QueryError(const PGresult& result) {
  const char* state = PQresultErrorField(&result, PG_DIAG_SQLSTATE);
  const char* text = PQresultErrorField(&result, PG_DIAG_MESSAGE_PRIMARY);
  if (state == nullptr || text == nullptr) {
    return {.code = ErrorCode::kProtocol, .message = PQresultErrorMessage(&result)};
  }
  return {.code = CodeOfSqlState(state), .message = fmt::format("{} (SQLSTATE {})", text, state)};
}

/// Gathers the results between two Syncs: the error if there is one, else the last rows.
class Group {
 public:
  void Add(ResultHandle result) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) {
      rows_ = std::move(result);
    } else if (status == PGRES_FATAL_ERROR && !error_) {
      error_ = QueryError(*result);
    }
  }

  Result<ResultHandle> Take() {
    const std::optional<Error> error = std::exchange(error_, std::nullopt);
    ResultHandle rows = std::exchange(rows_, nullptr);
    if (error) {
      return Fail(*error);
    }
    if (!rows) {
      return Fail(ErrorCode::kProtocol, "the server sent no rows");
    }
    return rows;
  }

 private:
  ResultHandle rows_;
  std::optional<Error> error_;
};

}  // namespace

Result<Session> Session::Open(const Conninfo& conninfo,
                              const scrape::RunContext& run,
                              const Clock& clock) {
  SW_TRY_ASSIGN(const Conninfo resolved, conninfo.Resolved(run));
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : resolved.parameters()) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  Session session(
      Connection(PQconnectStartParams(names.data(), values.data(), 0)), conninfo, clock);
  SW_TRY(session.Connect(run));
  return session;
}

Status Session::Connect(const scrape::RunContext& run) {
  PGconn* connection = connection_.get();
  if (connection == nullptr) {
    return Fail(ErrorCode::kInternal, "libpq could not allocate a connection");
  }
  // The verbose form carries the SQLSTATE, which does not depend on the server's language.
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  PostgresPollingStatusType step =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK) {
    if (step == PGRES_POLLING_FAILED) {
      Error error =
          ConnectError(PQerrorMessage(connection), PQconnectionNeedsPassword(connection) != 0);
      error.message = conninfo_.Scrub(error.message);
      return Fail(std::move(error));
    }
    SW_TRY(WaitFor(step == PGRES_POLLING_READING ? POLLIN : POLLOUT, run));
    step = PQconnectPoll(connection);
  }
  if (PQsetnonblocking(connection, 1) != 0 || PQenterPipelineMode(connection) != 1) {
    return Lost("cannot use the connection");
  }
  return {};
}

Status Session::WaitFor(short events, const scrape::RunContext& run) const {
  while (true) {
    if (run.stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    const Duration left = TimeLeft(*clock_, run);
    if (left <= Duration(0)) {
      return Fail(ErrorCode::kDeadlineExceeded,
                  "PostgreSQL at {} did not answer in time",
                  conninfo_.Instance());
    }
    pollfd wait{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::min(left, kSlice).count()));
    if (ready > 0) {
      return {};
    }
    if (ready < 0 && errno != EINTR) {
      return Lost("cannot wait for the server");
    }
  }
}

Status Session::Send(std::span<const std::string> queries, Duration statement) {
  const std::string statement_timeout = std::to_string(statement.count());
  const std::string lock_timeout = std::to_string(std::min(statement, kLockWait).count());
  const std::array<const char*, 2> limits = {statement_timeout.c_str(), lock_timeout.c_str()};
  PGconn* connection = connection_.get();
  for (const std::string& query : queries) {
    const bool sent =
        PQsendQueryParams(connection, kLimits, 2, nullptr, limits.data(), nullptr, nullptr, 0) ==
            1 &&
        PQsendQueryParams(connection, query.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) ==
            1 &&
        PQpipelineSync(connection) == 1;
    if (!sent) {
      return Lost("cannot send queries");
    }
  }
  return {};
}

/// Waits until a result can be taken, and sends meanwhile what is left to send.
Status Session::AwaitResult(const scrape::RunContext& run) {
  PGconn* connection = connection_.get();
  while (true) {
    const int unsent = PQflush(connection);
    if (unsent < 0) {
      return Lost("cannot send queries");
    }
    if (PQisBusy(connection) == 0) {
      return {};
    }
    SW_TRY(WaitFor(static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN), run));
    if (PQconsumeInput(connection) == 0) {
      return Lost("connection lost");
    }
  }
}

Status Session::Receive(std::size_t count,
                        const scrape::RunContext& run,
                        std::vector<Reply>& replies) {
  PGconn* connection = connection_.get();
  Group group;
  SteadyTime began = clock_->Steady();
  while (replies.size() < count) {
    SW_TRY(AwaitResult(run));
    ResultHandle result(PQgetResult(connection));
    if (PQstatus(connection) == CONNECTION_BAD) {
      return Lost("connection lost");
    }
    if (!result) {
      continue;  // The end of one query's results.
    }
    if (PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) {
      group.Add(std::move(result));
      continue;
    }
    const SteadyTime now = clock_->Steady();
    replies.push_back(
        {.rows = group.Take(), .took = std::chrono::duration_cast<Duration>(now - began)});
    began = now;
  }
  return {};
}

Replies Session::Run(std::span<const std::string> queries,
                     const scrape::RunContext& run,
                     Duration most) {
  const Duration statement = std::min(std::max(TimeLeft(*clock_, run) / 2, Duration(1)), most);
  Replies replies;
  replies.status = Send(queries, statement);
  if (replies.status) {
    replies.status = Receive(queries.size(), run, replies.replies);
  }
  return replies;
}

tl::unexpected<Error> Session::Lost(std::string_view what) const {
  const Error error = ConnectError(PQerrorMessage(connection_.get()), false);
  const ErrorCode code =
      error.code == ErrorCode::kPermissionDenied ? error.code : ErrorCode::kUnavailable;
  return Fail(code, "{}: {}", what, conninfo_.Scrub(error.message));
}

}  // namespace sidewatch::postgres
