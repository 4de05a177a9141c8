#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "collectors/postgres/conninfo.h"
#include "collectors/postgres/rows.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/unique_handle.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::postgres {

/// What one query of a run brought.
struct Reply {
  Result<ResultHandle> rows;
  Duration took{};  ///< Since the reply before it: how long the server worked on this one.
};

/// The replies that came, and why not all did.
struct Replies {
  std::vector<Reply> replies;  ///< In the order of the queries; fewer if `status` is an error.
  Status status;
};

/// One libpq connection in pipeline mode. Movable, not thread-safe; the destructor closes it.
///
/// Every call ends at the run's deadline and within 200 ms of a stop. Messages hold no password.
class Session {
 public:
  /// Errors: kUnresolvedHost; kPermissionDenied (role, password, pg_hba.conf); kNotFound (no such
  /// database); kUnavailable; kDeadlineExceeded; kCancelled.
  static Result<Session> Open(const Conninfo& conninfo,
                              const scrape::RunContext& run,
                              const Clock& clock);

  /// Sends all queries at once and reads their results: one round trip.
  ///
  /// Each query is a read-only transaction of its own, ended by the server after half the time that
  /// is left, or after `most` if that is shorter, so a failing or slow one costs only itself. The
  /// settings are local to the transaction: behind a pooler nobody else inherits them. After an
  /// error the session must be dropped.
  Replies Run(std::span<const std::string> queries,
              const scrape::RunContext& run,
              Duration most = Duration::max());

  /// As `server_version_num`: 150004.
  int server_version() const { return PQserverVersion(connection_.get()); }

  std::string database() const { return PQdb(connection_.get()); }

 private:
  using Connection = UniqueHandle<PGconn, PQfinish>;

  Session(Connection connection, Conninfo conninfo, const Clock& clock)
      : connection_(std::move(connection)), conninfo_(std::move(conninfo)), clock_(&clock) {}

  Status Connect(const scrape::RunContext& run);
  Status Send(std::span<const std::string> queries, Duration statement);
  Status WaitFor(short events, const scrape::RunContext& run) const;
  Status AwaitResult(const scrape::RunContext& run);
  Status Receive(std::size_t count, const scrape::RunContext& run, std::vector<Reply>& replies);
  tl::unexpected<Error> Lost(std::string_view what) const;

  Connection connection_;
  Conninfo conninfo_;
  const Clock* clock_;
};

/// libpq's message in its verbose form, which carries the SQLSTATE, as one line and a code.
Error ConnectError(std::string_view message, bool needs_password);

/// What the caller may do about an SQLSTATE.
ErrorCode CodeOfSqlState(std::string_view state);

}  // namespace sidewatch::postgres
