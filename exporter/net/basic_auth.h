#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "exporter/base/mutex.h"
#include "exporter/base/secret.h"

namespace sidewatch::net {

/// Checks `Authorization: Basic …` against bcrypt hashes.
///
/// bcrypt is slow on purpose, so pairs that were right once are remembered as keyed hashes, a
/// bounded number of them, and wrong ones pay each time, one after the other. Threads: safe.
class BasicAuth {
 public:
  explicit BasicAuth(std::map<std::string, Secret> users);

  /// True if no users are configured: nobody is asked then.
  bool empty() const { return users_.empty(); }

  /// Takes the whole value of the header. An unknown user costs as much time as a wrong password.
  bool Accepts(std::string_view authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;

  bool AcceptsPair(const std::string& user, const std::string& password) const;
  Digest DigestOf(const std::string& user, const std::string& password) const;

  std::map<std::string, Secret> users_;
  Digest key_{};
  mutable Mutex remembered_mutex_;
  mutable std::set<Digest> remembered_ SW_GUARDED_BY(remembered_mutex_);
  mutable Mutex bcrypt_mutex_;  ///< Guessing takes one thread at most.
};

}  // namespace sidewatch::net
