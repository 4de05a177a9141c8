#include "exporter/api/label_escape.h"

#include <charconv>
#include <cstdint>

#include "exporter/model/label_set.h"

namespace sidewatch::api {

namespace {

constexpr std::string_view kPrefix = "U__";
constexpr std::size_t kMaxHexDigits = 6;

void AppendUtf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) {
    out.push_back(static_cast<char>(byte));
  };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0U | point >> 6U);
    put(0x80U | (point & 0x3fU));
  } else if (point < 0x10000) {
    put(0xe0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3fU));
    put(0x80U | (point & 0x3fU));
  } else {
    put(0xf0U | point >> 18U);
    put(0x80U | (point >> 12U & 0x3fU));
    put(0x80U | (point >> 6U & 0x3fU));
    put(0x80U | (point & 0x3fU));
  }
}

/// Takes what stands after an underscore, `_` or `HEX_`, off `rest`.
bool TakeEscape(std::string_view& rest, std::string& out) {
  const std::size_t end = rest.find('_');
  if (end == std::string_view::npos || end > kMaxHexDigits) {
    return false;
  }
  if (end == 0) {
    out.push_back('_');
  } else {
    std::uint32_t point = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + end, point, 16);
    if (error != std::errc{} || stop != rest.data() + end || point > 0x10ffff) {
      return false;
    }
    AppendUtf8(out, point);
  }
  rest.remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string UnescapeLabelName(std::string_view name) {
  if (!name.starts_with(kPrefix)) {
    return std::string(name);
  }
  std::string out;
  std::string_view rest = name.substr(kPrefix.size());
  while (!rest.empty()) {
    const char c = rest[0];
    rest.remove_prefix(1);
    if (c != '_') {
      out.push_back(c);
    } else if (!TakeEscape(rest, out)) {
      return std::string(name);
    }
  }
  return IsValidUtf8(out) ? out : std::string(name);
}

}  // namespace sidewatch::api
