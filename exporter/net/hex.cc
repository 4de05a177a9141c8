#include "exporter/net/hex.h"

#include <iterator>

#include <fmt/format.h>

namespace sidewatch::net {

std::string Hex(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  }
  return text;
}

}  // namespace sidewatch::net
