#include "exporter/exposition/canonical_float.h"

#include <array>
#include <charconv>
#include <cmath>

#include "exporter/base/number.h"

namespace sidewatch::exposition {
namespace {

// Go's %g with the shortest precision decides about the exponent as if the precision were 6.
constexpr double kPlainFrom = 1e-4;
constexpr double kPlainBelow = 1e6;

std::size_t CountDigits(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    ++digits;
  }
  return digits;
}

}  // namespace

bool IsNumberLabel(MetricType type, std::string_view label) {
  return (type == MetricType::kHistogram && label == "le") ||
         (type == MetricType::kSummary && label == "quantile");
}

bool IsSurelyCanonical(std::string_view text) {
  if (text == "+Inf") {
    return true;
  }
  constexpr std::size_t kMaxWhole = 6;     // Below 1e6 there is no exponent.
  constexpr std::size_t kMaxFraction = 9;  // 15 digits in all always read back equal.
  const std::size_t whole = CountDigits(text);
  if (whole == 0 || whole > kMaxWhole || (whole > 1 && text[0] == '0') || whole == text.size() ||
      text[whole] != '.') {
    return false;
  }
  const std::string_view fraction = text.substr(whole + 1);
  if (fraction == "0") {
    return true;
  }
  return !fraction.empty() && fraction.size() <= kMaxFraction &&
         CountDigits(fraction) == fraction.size() && fraction.back() != '0' &&
         (text[0] != '0' || !fraction.starts_with("0000"));
}

void AppendCanonicalFloat(std::string& out, std::string_view text) {
  const std::optional<double> value = ParseNumber(text);
  if (!value.has_value()) {
    out += text;
    return;
  }
  if (!std::isfinite(*value)) {
    AppendNumber(out, *value);
    return;
  }
  const double magnitude = std::fabs(*value);
  const bool plain = magnitude == 0 || (magnitude >= kPlainFrom && magnitude < kPlainBelow);
  std::array<char, 64> buffer{};
  const auto [end, status] =
      std::to_chars(buffer.data(),
                    buffer.data() + buffer.size(),
                    *value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  out += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) {
    out += ".0";
  }
}

}  // namespace sidewatch::exposition
