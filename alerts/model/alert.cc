#include "alerts/model/alert.h"

#include <fmt/format.h>

namespace sidewatch::alerts {

std::uint64_t Fingerprint(const LabelSet& labels) {
  constexpr std::uint64_t kOffsetBasis = 14695981039346656037ULL;
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  constexpr unsigned char kSeparator = 0xff;
  std::uint64_t hash = kOffsetBasis;
  const auto add = [&](unsigned char byte) {
    hash = (hash ^ byte) * kPrime;
  };
  for (const Label label : labels) {
    for (const std::string_view text : {label.name, label.value}) {
      for (const char c : text) {
        add(static_cast<unsigned char>(c));
      }
      add(kSeparator);
    }
  }
  return hash;
}

std::string FormatFingerprint(std::uint64_t fingerprint) {
  return fmt::format("{:016x}", fingerprint);
}

}  // namespace sidewatch::alerts
