#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "tests/testkit/child_process.h"

namespace sidewatch::testkit {

/// A real Redis on a free loopback port and a unix socket, without persistence. Stopped and deleted
/// with the object.
class RedisServer {
 public:
  /// `arguments` are added to the command line: `{"--requirepass", "secret"}`.
  static Result<std::unique_ptr<RedisServer>> Start(const std::vector<std::string>& arguments = {});

  int port() const { return port_; }

  std::string socket_path() const { return folder_.path() + "/redis.sock"; }

  const std::string& folder() const { return folder_.path(); }

  /// Stops the process in its tracks (SIGSTOP): connections stay open and nothing answers.
  void Freeze() const;
  void Thaw() const;

 private:
  RedisServer() : folder_(false), port_(FreePort()) {}

  TempFolder folder_;
  int port_;
  std::optional<ChildProcess> process_;
};

}  // namespace sidewatch::testkit
