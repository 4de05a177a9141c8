#include "alerts/template/base64.h"

#include <algorithm>
#include <cstdint>

namespace sidewatch::alerts::templates {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string EncodeBase64Url(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t block = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) {
      block = block << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kAlphabet[block >> (18 - 6 * j) & 0x3f] : '=';
    }
  }
  return out;
}

Result<std::string> DecodeBase64Url(std::string_view text) {
  const auto bad = [](std::size_t at) {
    return Fail(ErrorCode::kInvalidArgument, "illegal base64 data at input byte {}", at);
  };
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  std::string out;
  std::uint32_t block = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t digit = kAlphabet.find(digits[i]);
    if (digit == std::string_view::npos) {
      return bad(i);
    }
    block = block << 6 | static_cast<std::uint32_t>(digit);
    if (++count == 4) {
      out += static_cast<char>(block >> 16 & 0xff);
      out += static_cast<char>(block >> 8 & 0xff);
      out += static_cast<char>(block & 0xff);
      block = 0;
      count = 0;
    }
  }
  if (text.size() % 4 != 0 || count == 1) {
    return bad(text.size());
  }
  if (count == 2) {
    out += static_cast<char>(block >> 4 & 0xff);
  } else if (count == 3) {
    out += static_cast<char>(block >> 10 & 0xff);
    out += static_cast<char>(block >> 2 & 0xff);
  }
  return out;
}

}  // namespace sidewatch::alerts::templates
