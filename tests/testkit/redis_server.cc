#include "tests/testkit/redis_server.h"

#include <csignal>

namespace sidewatch::testkit {

Result<std::unique_ptr<RedisServer>> RedisServer::Start(const std::vector<std::string>& arguments) {
  // NOLINTNEXTLINE(modernize-make-unique): the constructor is private.
  std::unique_ptr<RedisServer> server(new RedisServer());
  std::vector<std::string> argv = {"redis-server",
                                   "--port",
                                   std::to_string(server->port_),
                                   "--bind",
                                   "127.0.0.1",
                                   "--unixsocket",
                                   server->socket_path(),
                                   "--dir",
                                   server->folder_.path(),
                                   "--save",
                                   "",
                                   "--daemonize",
                                   "no"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const std::string log_path = server->folder_.path() + "/log";
  SW_TRY_ASSIGN(ChildProcess process, ChildProcess::Start(std::move(argv), log_path, false));
  server->process_.emplace(std::move(process));
  constexpr std::chrono::seconds kTimeout{20};
  const bool ready = WaitUntil(kTimeout, [&] {
    return ReadWholeFile(log_path).find("eady to accept connections") != std::string::npos;
  });
  if (!ready) {
    return Fail(ErrorCode::kUnavailable, "Redis is not ready\n{}", ReadWholeFile(log_path));
  }
  return server;
}

void RedisServer::Freeze() const {
  process_->Signal(SIGSTOP);
}

void RedisServer::Thaw() const {
  process_->Signal(SIGCONT);
}

}  // namespace sidewatch::testkit
