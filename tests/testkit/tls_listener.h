#pragma once

#include <functional>
#include <string>
#include <utility>

#include <openssl/ssl.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"
#include "tests/testkit/tcp_listener.h"

namespace sidewatch::testkit {

/// What a TlsListener says before and after the handshake.
struct TlsScript {
  std::function<void(int fd)> before = [](int) {
  };
  std::function<void(SSL* session)> serve = [](SSL*) {
  };
};

/// A TLS server on a loopback port: lets `before` speak in the clear, shakes hands, lets `serve`
/// speak, and hangs up.
class TlsListener {
 public:
  TlsListener(const std::string& certificate_file,
              const std::string& key_file,
              TlsScript script = {})
      : context_(SSL_CTX_new(TLS_server_method())),
        script_(std::move(script)),
        listener_([this](int fd) { Answer(fd); }) {
    SW_CHECK(
        SSL_CTX_use_certificate_chain_file(context_.get(), certificate_file.c_str()) == 1 &&
            SSL_CTX_use_PrivateKey_file(context_.get(), key_file.c_str(), SSL_FILETYPE_PEM) == 1,
        "cannot load the listener's certificate");
  }

  int port() const { return listener_.port(); }

 private:
  void Answer(int fd) const {
    script_.before(fd);
    const UniqueHandle<SSL, SSL_free> session(SSL_new(context_.get()));
    SSL_set_fd(session.get(), fd);
    if (SSL_accept(session.get()) == 1) {
      script_.serve(session.get());
      SSL_shutdown(session.get());
    }
  }

  UniqueHandle<SSL_CTX, SSL_CTX_free> context_;
  TlsScript script_;
  TcpListener listener_;
};

}  // namespace sidewatch::testkit
