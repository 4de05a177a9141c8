#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace sidewatch::probes {

/// A name of DNS and its number.
struct DnsName {
  std::string_view name;
  std::uint16_t number;
};

/// `A`, `MX`, `ANY`; `IN`, `CH`; `NOERROR`, `NXDOMAIN`. Nothing: no such name.
std::optional<std::uint16_t> DnsTypeOf(std::string_view name);
std::optional<std::uint16_t> DnsClassOf(std::string_view name);
std::optional<std::uint16_t> DnsRcodeOf(std::string_view name);

std::string DnsRcodeText(std::uint16_t rcode);

struct DnsQuestion {
  std::string name = {};
  std::uint16_t type = 255;  ///< ANY
  std::uint16_t klass = 1;   ///< IN
  bool recursion = true;
};

/// The bytes of a query. Errors: kInvalidArgument, no name that DNS allows.
Result<std::string> MakeDnsQuery(std::uint16_t id, const DnsQuestion& question);

/// A resource record.
struct DnsRecord {
  std::uint16_t type = 0;
  std::string text = {};  ///< `shop.example.\t300\tIN\tA\t203.0.113.7`, as zone files write it.
  std::optional<std::uint32_t> serial = {};  ///< Of an SOA.
};

struct DnsReply {
  std::uint16_t id = 0;
  std::uint16_t rcode = 0;
  std::vector<DnsRecord> answer = {};
  std::vector<DnsRecord> authority = {};
  std::vector<DnsRecord> additional = {};
};

/// Errors: kProtocol, the bytes are no answer.
Result<DnsReply> ParseDnsReply(std::string_view bytes);

}  // namespace sidewatch::probes
