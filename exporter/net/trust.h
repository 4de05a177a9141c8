#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::net {

inline constexpr std::string_view kSelfSigned = "self_signed";

/// What a client that checks would say of a chain.
struct ChainVerdict {
  /// Empty: valid. Else one of `expired`, `not_yet_valid`, `self_signed`, `untrusted_issuer`,
  /// `broken_chain`, `revoked`, `wrong_purpose`, `bad_signature`, `weak`, `invalid`.
  std::string_view problem = {};
  std::string text = {};  ///< OpenSSL's words for it.

  /// When the first certificate of the verified chain ends, the authority included; only of a valid
  /// chain.
  std::optional<TimePoint> expires = std::nullopt;

  bool valid() const { return problem.empty(); }
};

/// What a chain is to be good for.
enum class ChainUse { kServer, kAny };

/// The certificate authorities that are believed. Movable. Threads: Verify may run in several.
class Trust {
 public:
  /// Those of `ca_file`, or the system's if it is empty. Errors: kNotFound, kPermissionDenied,
  /// kInvalidArgument naming the file.
  static Result<Trust> Load(const std::string& ca_file);

  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;
  Trust(Trust&&) noexcept;
  Trust& operator=(Trust&&) noexcept;
  ~Trust();

  /// Shape: DER, the server's own certificate first, the others in any order.
  ChainVerdict Verify(std::span<const std::string> chain_der, ChainUse use, TimePoint at) const;

 private:
  struct Store;

  explicit Trust(std::unique_ptr<Store> store);

  std::unique_ptr<Store> store_;
};

}  // namespace sidewatch::net
