#include <string>
#include <string_view>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {

void AppendUtf8(std::string& out, std::uint32_t code_point) {
  const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
  const std::uint32_t c = code_point > 0x10ffff || surrogate ? 0xfffd : code_point;
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
  }
  out += static_cast<char>(0x80 | (c & 0x3f));
}

CodePoint DecodeUtf8(std::string_view text) {
  constexpr CodePoint kBad{0xfffd, 1};
  const auto at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  if (at(0) < 0x80) {
    return {at(0), 1};
  }
  const std::size_t length = at(0) >= 0xf0 ? 4 : at(0) >= 0xe0 ? 3 : at(0) >= 0xc2 ? 2 : 0;
  if (length == 0 || text.size() < length || !IsValidUtf8(text.substr(0, length))) {
    return kBad;
  }
  std::uint32_t value = at(0) & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    value = value << 6 | (at(i) & 0x3f);
  }
  return {value, length};
}

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += DecodeUtf8(text.substr(at)).bytes) {
    ++count;
  }
  return count;
}

std::string DescribeCodePoint(std::uint32_t code_point) {
  std::string text = fmt::format("U+{:04X}", code_point);
  // The blanks and controls that a template meets; Go asks Unicode's tables.
  const bool blank = code_point < 0x20 || (code_point >= 0x7f && code_point <= 0xa0) ||
                     (code_point >= 0x2000 && code_point <= 0x200f) || code_point == 0x3000 ||
                     (code_point >= 0x2028 && code_point <= 0x202f) || code_point == 0xfeff;
  if (!blank) {
    text += " '";
    AppendUtf8(text, code_point);
    text += "'";
  }
  return text;
}

}  // namespace sidewatch::alerts::templates
