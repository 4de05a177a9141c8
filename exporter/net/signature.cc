#include "exporter/net/signature.h"

#include <array>
#include <cstddef>
#include <span>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "exporter/base/check.h"
#include "exporter/net/hex.h"

namespace sidewatch::net {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 16;

}  // namespace

std::string RandomKey() {
  std::array<unsigned char, kKeyBytes> key{};
  const int done = RAND_bytes(key.data(), static_cast<int>(key.size()));
  SW_CHECK(done == 1, "the system has no random numbers");
  return Hex(key);
}

std::string Sign(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const unsigned char* done = HMAC(EVP_sha256(),
                                   key.data(),
                                   static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   text.size(),
                                   digest.data(),
                                   &size);
  SW_CHECK(done != nullptr && size >= kSignatureBytes, "HMAC failed");
  return Hex(std::span(digest).first<kSignatureBytes>());
}

bool Verify(std::string_view key, std::string_view text, std::string_view signature) {
  const std::string right = Sign(key, text);
  return signature.size() == right.size() &&
         CRYPTO_memcmp(signature.data(), right.data(), right.size()) == 0;
}

}  // namespace sidewatch::net
