#include "exporter/net/sha256.h"

#include <array>
#include <span>

#include <openssl/evp.h>

#include "exporter/base/check.h"
#include "exporter/net/hex.h"

namespace sidewatch::net {

std::string Sha256Hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done =
      EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  SW_CHECK(done == 1, "SHA-256 failed");
  return Hex(std::span(digest).first(size));
}

}  // namespace sidewatch::net
