#include "exporter/net/basic_auth.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <strings.h>

#include "exporter/base/check.h"

namespace sidewatch::net {

namespace {

constexpr std::size_t kMaxRemembered = 64;
constexpr std::size_t kMaxHeader = 1024;  // bcrypt itself reads 72 bytes of a password.
// The hash of a random text that nobody has kept, cost 10 as htpasswd is told to use.
constexpr char kNobody[] = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::vector<unsigned char> out(text.size() / 4 * 3);
  const int size = EVP_DecodeBlock(out.data(),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) {
    return std::nullopt;
  }
  // EVP_DecodeBlock counts the padding as zero bytes.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  return std::string(out.begin(), out.end() - static_cast<std::ptrdiff_t>(padding));
}

bool Matches(const std::string& password, const char* hash) {
  const auto work = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), hash, work.get());
  const std::string_view want(hash);
  return made != nullptr && std::string_view(made).size() == want.size() &&
         CRYPTO_memcmp(made, want.data(), want.size()) == 0;
}

}  // namespace

BasicAuth::BasicAuth(std::map<std::string, Secret> users) : users_(std::move(users)) {
  SW_CHECK(RAND_bytes(key_.data(), static_cast<int>(key_.size())) == 1, "no random numbers");
}

BasicAuth::Digest BasicAuth::DigestOf(const std::string& user, const std::string& password) const {
  const std::string text = user + '\0' + password;
  Digest digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(),
       key_.data(),
       static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()),
       text.size(),
       digest.data(),
       &size);
  return digest;
}

bool BasicAuth::AcceptsPair(const std::string& user, const std::string& password) const {
  const Digest digest = DigestOf(user, password);
  {
    const MutexLock lock(remembered_mutex_);
    if (remembered_.contains(digest)) {
      return true;
    }
  }
  const auto known = users_.find(user);
  bool right = false;
  {
    const MutexLock lock(bcrypt_mutex_);
    right = Matches(password, known == users_.end() ? kNobody : known->second.Reveal().c_str());
  }
  if (!right || known == users_.end()) {
    return false;
  }
  const MutexLock lock(remembered_mutex_);
  if (remembered_.size() >= kMaxRemembered) {
    remembered_.clear();
  }
  remembered_.insert(digest);
  return true;
}

bool BasicAuth::Accepts(std::string_view authorization) const {
  constexpr std::string_view kScheme = "Basic ";
  if (authorization.size() > kMaxHeader || authorization.size() < kScheme.size() ||
      strncasecmp(authorization.data(), kScheme.data(), kScheme.size()) != 0) {
    return false;
  }
  const auto pair = DecodeBase64(authorization.substr(kScheme.size()));
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos || pair->find('\0') != std::string::npos) {
    return false;
  }
  return AcceptsPair(pair->substr(0, colon), pair->substr(colon + 1));
}

}  // namespace sidewatch::net
