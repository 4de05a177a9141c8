#include <cerrno>
#include <limits>
#include <system_error>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/channel.h"
#include "exporter/net/openssl_error.h"
#include "exporter/net/startup.h"
#include "exporter/net/tls_state.h"

namespace sidewatch::net {

namespace {

using ContextHandle = UniqueHandle<SSL_CTX, SSL_CTX_free>;
using SessionHandle = UniqueHandle<SSL, SSL_free>;

class TlsChannel final : public Channel {
 public:
  TlsChannel(ContextHandle context, SessionHandle session)
      : context_(std::move(context)), session_(std::move(session)) {}

  IoStep Handshake() override {
    ERR_clear_error();
    const IoStep step = StepOf(SSL_connect(session_.get()), 0);
    if (step.kind == IoStep::Kind::kClosed) {
      problem_ = "the peer hung up instead of speaking TLS";
      return {IoStep::Kind::kFailed};
    }
    return step;
  }

  IoStep Read(std::span<char> buffer) override {
    ERR_clear_error();
    std::size_t done = 0;
    const int result = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &done);
    return StepOf(result, done);
  }

  IoStep Write(std::string_view data) override {
    ERR_clear_error();
    std::size_t done = 0;
    const int result = SSL_write_ex(session_.get(), data.data(), data.size(), &done);
    return StepOf(result, done);
  }

  std::string Problem() const override { return problem_; }

  std::optional<TlsState> tls_state() const override { return TlsStateOf(session_.get()); }

 private:
  IoStep StepOf(int result, std::size_t bytes) {
    const int saved_errno = errno;
    switch (SSL_get_error(session_.get(), result)) {
      case SSL_ERROR_NONE:
        return {IoStep::Kind::kDone, bytes};
      case SSL_ERROR_WANT_READ:
        return {IoStep::Kind::kWantRead};
      case SSL_ERROR_WANT_WRITE:
        return {IoStep::Kind::kWantWrite};
      case SSL_ERROR_ZERO_RETURN:
        return {IoStep::Kind::kClosed};
      default:
        problem_ = Explain(saved_errno);
        return {IoStep::Kind::kFailed};
    }
  }

  std::string Explain(int saved_errno) const {
    const long verdict = SSL_get_verify_result(session_.get());
    if (verdict != X509_V_OK && SSL_get_verify_mode(session_.get()) != SSL_VERIFY_NONE) {
      return fmt::format("TLS certificate is not accepted: {}",
                         X509_verify_cert_error_string(verdict));
    }
    if (ERR_peek_error() == 0) {
      return saved_errno == 0 ? std::string("TLS connection closed by the peer")
                              : std::generic_category().message(saved_errno);
    }
    return "TLS: " + TakeOpensslError();
  }

  ContextHandle context_;
  SessionHandle session_;
  std::string problem_;
};

struct VersionRow {
  int oldest;
  int newest;
};

/// By TlsVersion; 0 is the newest that OpenSSL has.
constexpr VersionRow kVersions[] = {{TLS1_2_VERSION, 0},
                                    {TLS1_VERSION, TLS1_VERSION},
                                    {TLS1_1_VERSION, TLS1_1_VERSION},
                                    {TLS1_2_VERSION, TLS1_2_VERSION},
                                    {TLS1_3_VERSION, TLS1_3_VERSION}};

Status LoadIdentity(SSL_CTX* context, const TlsOptions& options) {
  if (options.cert_file.empty() && options.key_file.empty()) {
    return {};
  }
  if (SSL_CTX_use_certificate_chain_file(context, options.cert_file.c_str()) != 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "cannot use client certificate \"{}\": {}",
                options.cert_file,
                TakeOpensslError());
  }
  if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "cannot use client key \"{}\": {}",
                options.key_file,
                TakeOpensslError());
  }
  return {};
}

Status LoadTrust(SSL_CTX* context, const TlsOptions& options) {
  if (options.insecure_skip_verify) {
    return {};
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "cannot read CA certificates from \"{}\": {}",
                options.ca_file,
                TakeOpensslError());
  }
  return {};
}

/// A name goes out as SNI and is compared with the certificate's names; an address only with its
/// addresses.
void ExpectPeer(SSL* session, const std::string& name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1) {
    return;
  }
  SSL_ctrl(session,
           SSL_CTRL_SET_TLSEXT_HOSTNAME,
           TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(name.c_str()));  // NOLINT: the macro's cast, in C++ spelling.
  SSL_set1_host(session, name.c_str());
}

}  // namespace

Result<std::unique_ptr<Channel>> MakeTlsChannel(int fd,
                                                const std::string& host,
                                                const TlsOptions& options) {
  EnsureStarted();
  ContextHandle context(SSL_CTX_new(TLS_client_method()));
  SW_CHECK(context != nullptr, "out of memory");
  SSL_CTX_set_min_proto_version(context.get(),
                                kVersions[static_cast<std::size_t>(options.min_version)].oldest);
  SSL_CTX_set_max_proto_version(context.get(),
                                kVersions[static_cast<std::size_t>(options.max_version)].newest);
  if (const char* ciphers = CiphersOf(options)) {
    SSL_CTX_set_cipher_list(context.get(), ciphers);
  }
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
  // A peer that just hangs up ends the stream, as every other client of such servers sees it.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SW_TRY(LoadTrust(context.get(), options));
  SW_TRY(LoadIdentity(context.get(), options));
  SessionHandle session(SSL_new(context.get()));
  SW_CHECK(session != nullptr, "out of memory");
  SSL_set_fd(session.get(), fd);
  ExpectPeer(session.get(), options.server_name.empty() ? host : options.server_name);
  return std::make_unique<TlsChannel>(std::move(context), std::move(session));
}

}  // namespace sidewatch::net
