#include "exporter/net/tls_server.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "exporter/base/check.h"
#include "exporter/base/mutex.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/openssl_error.h"

namespace sidewatch::net {

namespace {

using ContextHandle = UniqueHandle<SSL_CTX, SSL_CTX_free>;
using FileTime = std::filesystem::file_time_type;

template <typename... Args>
tl::unexpected<Error> FailAt(const TlsServerConfig& config,
                             fmt::format_string<Args...> format,
                             Args&&... args) {
  return Fail(ErrorCode::kInvalidArgument,
              "{}: {}",
              config.position.ToString(),
              fmt::format(format, std::forward<Args>(args)...));
}

int AcceptAnyCertificate(int /*verified*/, X509_STORE_CTX* /*chain*/) {
  return 1;
}

Status SetClientAuth(SSL_CTX* context, const TlsServerConfig& config) {
  switch (config.client_auth) {
    case ClientAuth::kNoClientCert:
      return {};
    case ClientAuth::kRequestClientCert:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, AcceptAnyCertificate);
      return {};
    case ClientAuth::kRequireAnyClientCert:
      SSL_CTX_set_verify(
          context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, AcceptAnyCertificate);
      return {};
    case ClientAuth::kVerifyClientCertIfGiven:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
      break;
    case ClientAuth::kRequireAndVerifyClientCert:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
      break;
  }
  if (SSL_CTX_load_verify_file(context, config.client_ca_file.c_str()) != 1) {
    return FailAt(
        config, "cannot read client_ca_file \"{}\": {}", config.client_ca_file, TakeOpensslError());
  }
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(config.client_ca_file.c_str()));
  return {};
}

/// OpenSSL's list of ciphers takes its own names; Go's are the IANA ones.
Result<std::string> CipherList(SSL_CTX* context, const TlsServerConfig& config) {
  std::string list;
  STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context);
  for (const std::string& wanted : config.cipher_suites) {
    const char* own_name = nullptr;
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
      const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
      if (const char* name = SSL_CIPHER_standard_name(cipher); name != nullptr && wanted == name) {
        own_name = SSL_CIPHER_get_name(cipher);
      }
    }
    if (own_name == nullptr) {
      return FailAt(config, "cipher suite \"{}\" is not known or not secure", wanted);
    }
    list.append(list.empty() ? "" : ":").append(own_name);
  }
  return list;
}

Status SetProtocol(SSL_CTX* context, const TlsServerConfig& config) {
  SSL_CTX_set_min_proto_version(context, config.min_version);
  SSL_CTX_set_max_proto_version(context, config.max_version);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  static constexpr std::string_view kSession = "sidewatch";
  SSL_CTX_set_session_id_context(context,
                                 reinterpret_cast<const unsigned char*>(kSession.data()),
                                 static_cast<unsigned>(kSession.size()));
  if (!config.cipher_suites.empty()) {
    SW_TRY_ASSIGN(const std::string list, CipherList(context, config));
    SSL_CTX_set_cipher_list(context, list.c_str());
  }
  const std::string curves = fmt::format("{}", fmt::join(config.curve_preferences, ":"));
  if (!curves.empty() && SSL_CTX_set1_groups_list(context, curves.c_str()) != 1) {
    return FailAt(config, "curve_preferences: {}", TakeOpensslError());
  }
  return {};
}

Result<ContextHandle> MakeContext(const TlsServerConfig& config) {
  ContextHandle context(SSL_CTX_new(TLS_server_method()));
  SW_CHECK(context != nullptr, "out of memory");
  SW_TRY(SetProtocol(context.get(), config));
  SW_TRY(SetClientAuth(context.get(), config));
  if (SSL_CTX_use_certificate_chain_file(context.get(), config.cert_file.c_str()) != 1) {
    return FailAt(config, "cannot use cert_file \"{}\": {}", config.cert_file, TakeOpensslError());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), config.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return FailAt(config, "cannot use key_file \"{}\": {}", config.key_file, TakeOpensslError());
  }
  return context;
}

class ReloadingTlsServer final : public TlsServer {
 public:
  ReloadingTlsServer(TlsServerConfig config, Logger log, ContextHandle first)
      : config_(std::move(config)),
        log_(std::move(log)),
        first_(std::move(first)),
        loaded_(FilesChanged()) {
    // Each connection is asked here which certificate it shall show.
    SSL_CTX_set_cert_cb(first_.get(), &ReloadingTlsServer::OnConnection, this);
  }

  void* context() const override { return first_.get(); }

 private:
  static int OnConnection(SSL* session, void* self) {
    static_cast<ReloadingTlsServer*>(self)->UseNewest(session);
    return 1;
  }

  void UseNewest(SSL* session) {
    const FileTime changed = FilesChanged();
    const MutexLock lock(mutex_);
    if (changed != loaded_) {
      loaded_ = changed;
      Result<ContextHandle> fresh = MakeContext(config_);
      if (fresh.has_value()) {
        newest_ = std::move(*fresh);
        log_.Info("TLS certificate reloaded", {{"cert_file", config_.cert_file}});
      } else {
        log_.Error("TLS certificate has changed but cannot be used; the old one stays",
                   {{"error", fresh.error().message}});
      }
    }
    if (newest_) {
      SSL_set_SSL_CTX(session, newest_.get());
    }
  }

  /// The later of the two; a renewal replaces both.
  FileTime FilesChanged() const {
    std::error_code ignored;
    return std::max(std::filesystem::last_write_time(config_.cert_file, ignored),
                    std::filesystem::last_write_time(config_.key_file, ignored));
  }

  TlsServerConfig config_;
  Logger log_;
  ContextHandle first_;
  Mutex mutex_;
  FileTime loaded_ SW_GUARDED_BY(mutex_);
  ContextHandle newest_ SW_GUARDED_BY(mutex_);
};

}  // namespace

Result<std::unique_ptr<TlsServer>> TlsServer::Create(const TlsServerConfig& config, Logger log) {
  TlsServerConfig own = config;
  for (std::string& curve : own.curve_preferences) {
    if (curve.starts_with("CurveP")) {  // Go: CurveP256; OpenSSL: P-256.
      curve = "P-" + curve.substr(std::string_view("CurveP").size());
    }
  }
  SW_TRY_ASSIGN(ContextHandle context, MakeContext(own));
  return std::make_unique<ReloadingTlsServer>(std::move(own), std::move(log), std::move(context));
}

}  // namespace sidewatch::net
