#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "tests/testkit/child_process.h"

namespace sidewatch::testkit {

/// A real PostgreSQL of this machine's newest installed release, on a free loopback port and a unix
/// socket, with pg_stat_statements loaded, without fsync. Stopped and deleted with the object.
class PostgresServer {
 public:
  static constexpr std::string_view kUser = "postgres";
  static constexpr std::string_view kPassword = "s3cr3t-pg";

  /// A new, empty cluster.
  static Result<std::unique_ptr<PostgresServer>> Start();

  /// A streaming replica of `primary`, through the slot `replica`.
  static Result<std::unique_ptr<PostgresServer>> StartReplica(const PostgresServer& primary);

  int port() const { return port_; }

  /// The folder of the unix socket.
  const std::string& socket_folder() const { return folder_.path(); }

  /// A URL over TCP for the superuser, or for somebody else.
  std::string Url(std::string_view database = "postgres") const;
  std::string Url(std::string_view user,
                  std::string_view password,
                  std::string_view database) const;

  /// Runs statements as the superuser, each in a transaction of its own.
  Status Execute(std::string_view database, std::string_view sql) const;

  /// Stops and starts the server, which cuts all connections.
  Status Restart();

 private:
  PostgresServer() : folder_(true), port_(FreePort()) {}

  std::string DataFolder() const { return folder_.path() + "/data"; }

  std::string LogPath() const { return folder_.path() + "/log"; }

  Status RunTool(std::vector<std::string> argv) const;
  Status Launch();

  TempFolder folder_;
  int port_;
  std::optional<ChildProcess> process_;
};

}  // namespace sidewatch::testkit
