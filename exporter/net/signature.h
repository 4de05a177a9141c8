#pragma once

#include <string>
#include <string_view>

namespace sidewatch::net {

/// 32 bytes that nobody can guess as 64 hexadecimal digits, for Sign.
std::string RandomKey();

/// HMAC-SHA-256 of `text`, its first 16 bytes as 32 lower-case hexadecimal digits: short enough for
/// a link, too long to be found by trying.
std::string Sign(std::string_view key, std::string_view text);

/// Whether Sign made `signature`; takes as long for a nearly right one as for any other.
bool Verify(std::string_view key, std::string_view text, std::string_view signature);

}  // namespace sidewatch::net
