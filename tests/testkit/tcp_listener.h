#pragma once

#include <functional>
#include <string>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::testkit {

/// Listens on a loopback port of the system's choice and hands one connection after the other to
/// `serve`, which gets a blocking descriptor that is closed when it returns. Ends with the object.
class TcpListener {
 public:
  explicit TcpListener(std::function<void(int fd)> serve)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    SW_CHECK(bind(fd_.get(), raw, size) == 0 && listen(fd_.get(), 16) == 0 &&
                 getsockname(fd_.get(), raw, &size) == 0,
             "cannot listen on loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([fd = fd_.get(), serve = std::move(serve)] {
      while (true) {
        const UniqueFd client(accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
        if (!client.valid()) {
          return;
        }
        serve(client.get());
      }
    });
  }

  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  ~TcpListener() { shutdown(fd_.get(), SHUT_RDWR); }

  int port() const { return port_; }

 private:
  UniqueFd fd_;
  int port_ = 0;
  std::jthread thread_;
};

/// Reads from a blocking descriptor until a line feed; empty at the end of the stream.
inline std::string ReadLine(int fd) {
  std::string line;
  char byte = 0;
  while (recv(fd, &byte, 1, 0) == 1) {
    line.push_back(byte);
    if (byte == '\n') {
      break;
    }
  }
  return line;
}

inline void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace sidewatch::testkit
