#include "exporter/promql/go_format.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sidewatch::promql {

std::string FormatGoG(double value, int exponent_from) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < std::pow(10, exponent_from));
  std::array<char, 400> text;
  const auto [end, status] =
      std::to_chars(text.data(),
                    text.data() + text.size(),
                    value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  return status == std::errc{} ? std::string(text.data(), end) : "";
}

}  // namespace sidewatch::promql
