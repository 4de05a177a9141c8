#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/net/certificate.h"

namespace sidewatch::net {

/// When the first of the certificates ends. `chain` is not empty.
TimePoint EarliestExpiry(std::span<const Certificate> chain);

/// `shop.example,www.shop.example`.
std::string JoinedDnsNames(const Certificate& certificate);

/// OpenSSL's `TLSv1.3` as Go and blackbox_exporter write it: `TLS 1.3`.
std::string ShownTlsVersion(std::string_view version);

}  // namespace sidewatch::net
