#pragma once

#include <latch>

#include "tests/testkit/tcp_listener.h"

namespace sidewatch::testkit {

/// Accepts one connection and says nothing until the test ends.
class SilentServer {
 public:
  SilentServer() : listener_([this](int) { over_.wait(); }) {}

  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  ~SilentServer() { over_.count_down(); }

  int port() const { return listener_.port(); }

 private:
  std::latch over_{1};
  TcpListener listener_;
};

}  // namespace sidewatch::testkit
