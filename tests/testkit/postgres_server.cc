#include "tests/testkit/postgres_server.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <libpq-fe.h>

#include "exporter/base/number.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::testkit {

namespace {

constexpr std::chrono::seconds kTimeout{60};
constexpr std::string_view kReplicaSlot = "replica";

/// The folder of the newest release's programs.
Result<std::string> FindPrograms() {
  const std::filesystem::path root = "/usr/lib/postgresql";
  std::int64_t newest = 0;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(root, failure)) {
    newest = std::max(newest, ParseInteger(entry.path().filename().string()).value_or(0));
  }
  if (newest == 0) {
    return Fail(ErrorCode::kNotFound, "no PostgreSQL in {}: install postgresql", root.string());
  }
  return (root / std::to_string(newest) / "bin").string();
}

}  // namespace

Status PostgresServer::RunTool(std::vector<std::string> argv) const {
  SW_TRY_ASSIGN(const std::string programs, FindPrograms());
  argv.front() = programs + "/" + argv.front();
  const std::string name = argv.front();
  SW_TRY_ASSIGN(ChildProcess tool, ChildProcess::Start(std::move(argv), LogPath(), true));
  const Status ended = tool.Wait(kTimeout);
  if (!ended) {
    return Fail(ErrorCode::kUnavailable,
                "{}: {}\n{}",
                name,
                ended.error().message,
                ReadWholeFile(LogPath()));
  }
  return {};
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::Start() {
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
  std::unique_ptr<PostgresServer> server(new PostgresServer());
  const std::string password_file = server->folder_.path() + "/password";
  std::ofstream(password_file) << kPassword << '\n';
  SW_TRY(server->RunTool({"initdb",
                          "--pgdata=" + server->DataFolder(),
                          "--username=" + std::string(kUser),
                          "--pwfile=" + password_file,
                          "--auth=scram-sha-256",
                          "--encoding=UTF8",
                          "--locale=C",
                          "--data-checksums",
                          "--no-sync"}));
  SW_TRY(server->Launch());
  return server;
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::StartReplica(
    const PostgresServer& primary) {
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
  std::unique_ptr<PostgresServer> server(new PostgresServer());
  SW_TRY(server->RunTool({"pg_basebackup",
                          "--pgdata=" + server->DataFolder(),
                          "--dbname=" + primary.Url(),
                          "--write-recovery-conf",
                          "--create-slot",
                          "--slot=" + std::string(kReplicaSlot),
                          "--checkpoint=fast",
                          "--no-sync"}));
  SW_TRY(server->Launch());
  return server;
}

Status PostgresServer::Launch() {
  SW_TRY_ASSIGN(const std::string programs, FindPrograms());
  std::vector<std::string> argv = {programs + "/postgres", "-D", DataFolder()};
  for (const std::string& setting : {fmt::format("port={}", port_),
                                     fmt::format("unix_socket_directories={}", folder_.path()),
                                     std::string("listen_addresses=127.0.0.1"),
                                     std::string("fsync=off"),
                                     std::string("shared_buffers=8MB"),
                                     std::string("max_connections=30"),
                                     std::string("wal_level=logical"),
                                     std::string("shared_preload_libraries=pg_stat_statements")}) {
    argv.emplace_back("-c");
    argv.push_back(setting);
  }
  SW_TRY_ASSIGN(ChildProcess process, ChildProcess::Start(std::move(argv), LogPath(), true));
  process_.emplace(std::move(process));
  const std::string url = Url();
  const bool ready = WaitUntil(kTimeout, [&] { return PQping(url.c_str()) == PQPING_OK; });
  if (!ready) {
    return Fail(ErrorCode::kUnavailable, "PostgreSQL is not ready\n{}", ReadWholeFile(LogPath()));
  }
  return {};
}

Status PostgresServer::Restart() {
  process_.reset();
  return Launch();
}

std::string PostgresServer::Url(std::string_view database) const {
  return Url(kUser, kPassword, database);
}

std::string PostgresServer::Url(std::string_view user,
                                std::string_view password,
                                std::string_view database) const {
  return fmt::format("postgresql://{}:{}@127.0.0.1:{}/{}", user, password, port_, database);
}

Status PostgresServer::Execute(std::string_view database, std::string_view sql) const {
  const UniqueHandle<PGconn, PQfinish> connection(PQconnectdb(Url(database).c_str()));
  const UniqueHandle<PGresult, PQclear> result(PQexec(connection.get(), std::string(sql).c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return Fail(ErrorCode::kProtocol, "{}: {}", sql, PQerrorMessage(connection.get()));
  }
  return {};
}

}  // namespace sidewatch::testkit
