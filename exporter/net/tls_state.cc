#include "exporter/net/tls_state.h"

namespace sidewatch::net {

TlsState TlsStateOf(SSL* session) {
  // The names of the standard, which every other program shows, not OpenSSL's own.
  const char* cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(session));
  TlsState state{SSL_get_version(session), cipher == nullptr ? "" : cipher, {}};
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(session);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(chain, i), &der);
    if (size > 0) {
      state.chain_der.emplace_back(der, der + size);
      OPENSSL_free(der);
    }
  }
  return state;
}

}  // namespace sidewatch::net
