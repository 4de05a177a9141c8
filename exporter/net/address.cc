#include "exporter/net/address.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include <arpa/inet.h>

#include "exporter/base/number.h"

namespace sidewatch::net {

namespace {

constexpr int kIpv4Offset = 12;  // Bytes of `::ffff:` before the IPv4 address.
constexpr std::array<std::uint8_t, kIpv4Offset> kIpv4Prefix = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kAllBits = 128;

}  // namespace

Result<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  if (text.find(':') != std::string_view::npos &&
      inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) == 1) {
    return address;
  }
  std::copy(kIpv4Prefix.begin(), kIpv4Prefix.end(), address.bytes_.begin());
  if (inet_pton(AF_INET, copy.c_str(), address.bytes_.data() + kIpv4Offset) == 1) {
    return address;
  }
  return Fail(ErrorCode::kInvalidArgument, "\"{}\" is not an IP address", text);
}

bool IpAddress::is_ipv4() const {
  return std::equal(kIpv4Prefix.begin(), kIpv4Prefix.end(), bytes_.begin());
}

bool IpAddress::is_loopback() const {
  if (is_ipv4()) {
    return bytes_[kIpv4Offset] == IN_LOOPBACKNET;
  }
  return std::memcmp(bytes_.data(), &in6addr_loopback, bytes_.size()) == 0;
}

std::string IpAddress::ToString() const {
  if (is_ipv4()) {
    std::string text;
    for (const std::uint8_t byte : std::span(bytes_).subspan(kIpv4Offset)) {
      text.append(text.empty() ? "" : ".").append(std::to_string(byte));
    }
    return text;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, bytes_.data(), text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

Result<AddressRange> AddressRange::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  Result<IpAddress> base = IpAddress::Parse(text.substr(0, slash));
  if (!base.has_value()) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"{}\" is not an address range such as 10.0.0.0/8 or 2001:db8::/32",
                text);
  }
  AddressRange range;
  range.base_ = *base;
  range.bits_ = kAllBits;
  if (slash != std::string_view::npos) {
    const int width = range.base_.is_ipv4() ? 32 : kAllBits;
    const auto bits = ParseInteger(text.substr(slash + 1));
    if (!bits || *bits < 0 || *bits > width) {
      return Fail(ErrorCode::kInvalidArgument,
                  "address range \"{}\": expected 0 to {} after the slash",
                  text,
                  width);
    }
    range.bits_ = static_cast<int>(*bits) + kAllBits - width;
  }
  return range;
}

bool AddressRange::Contains(const IpAddress& address) const {
  const auto whole = static_cast<std::size_t>(bits_ / 8);
  if (std::memcmp(base_.bytes_.data(), address.bytes_.data(), whole) != 0) {
    return false;
  }
  const int rest = bits_ % 8;
  if (rest == 0) {
    return true;
  }
  return (base_.bytes_[whole] >> (8 - rest)) == (address.bytes_[whole] >> (8 - rest));
}

}  // namespace sidewatch::net
