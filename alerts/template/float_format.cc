#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "alerts/template/format.h"

namespace sidewatch::alerts::templates {
namespace {

// 1.8e308 has 309 digits before the point.
constexpr std::size_t kRoom = 512;

std::string ToChars(double value, std::chars_format format, int precision) {
  std::array<char, kRoom> room{};
  std::string out;
  char* const begin = room.data();
  char* const end = begin + room.size();
  const auto written = precision < 0 ? std::to_chars(begin, end, value, format)
                                     : std::to_chars(begin, end, value, format, precision);
  if (written.ec == std::errc()) {
    out.assign(begin, written.ptr);
    return out;
  }
  out.resize(kRoom + static_cast<std::size_t>(precision));
  const auto again = std::to_chars(out.data(), out.data() + out.size(), value, format, precision);
  out.resize(static_cast<std::size_t>(again.ptr - out.data()));
  return out;
}

/// Go writes at least two digits of a hexadecimal float's exponent, and a prefix.
std::string Hexadecimal(double value, int precision) {
  std::string text = ToChars(value, std::chars_format::hex, precision);
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  text.insert(sign, "0x");
  const std::size_t exponent = text.find('p') + 2;
  if (text.size() - exponent < 2) {
    text.insert(exponent, "0");
  }
  return text;
}

/// The shortest form, with an exponent below 1e-4 and from 1e6 on, as Go's %v decides it.
std::string ShortestGeneral(double value) {
  std::string scientific = ToChars(value, std::chars_format::scientific, -1);
  const std::size_t mark = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + mark + 1);  // NOLINT(cert-err34-c): ours.
  if (exponent >= -4 && exponent < 6) {
    return ToChars(value, std::chars_format::fixed, -1);
  }
  return scientific;
}

}  // namespace

std::string FormatFloat(double value, char verb, int precision) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::string text;
  switch (verb) {
    case 'e':
    case 'E':
      text = ToChars(value, std::chars_format::scientific, precision);
      break;
    case 'f':
    case 'F':
      text = ToChars(value, std::chars_format::fixed, precision);
      break;
    case 'x':
    case 'X':
      text = Hexadecimal(value, precision);
      break;
    default:
      text = precision < 0 ? ShortestGeneral(value)
                           : ToChars(value, std::chars_format::general, precision);
      break;
  }
  if (verb >= 'A' && verb <= 'Z') {
    for (char& c : text) {
      c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return text;
}

}  // namespace sidewatch::alerts::templates
