#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::net {

/// An IPv4 or IPv6 address; IPv4 is kept as IPv6 holds it, `::ffff:192.0.2.1`.
class IpAddress {
 public:
  /// Takes `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`. Errors: kInvalidArgument.
  static Result<IpAddress> Parse(std::string_view text);

  bool is_ipv4() const;
  bool is_loopback() const;

  /// An IPv4 address in its own form, also if it was given as an IPv6 one.
  std::string ToString() const;

 private:
  friend class AddressRange;

  std::array<std::uint8_t, 16> bytes_{};
};

/// `10.0.0.0/8`, `2001:db8::/32`, or a single address.
class AddressRange {
 public:
  /// Errors: kInvalidArgument naming the text.
  static Result<AddressRange> Parse(std::string_view text);

  bool Contains(const IpAddress& address) const;

 private:
  IpAddress base_;
  int bits_ = 0;
};

}  // namespace sidewatch::net
