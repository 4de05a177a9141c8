#include "collectors/redis/checks.h"

#include <array>

#include <fmt/format.h>

#include "exporter/model/label_set.h"

namespace sidewatch::redis {

std::span<const Check* const> Checks() {
  static constexpr std::array kChecks = {
      &kKeysCheck, &kStreamsCheck, &kCountKeysCheck, &kClientListCheck};
  return kChecks;
}

std::string LabelText(std::string_view text) {
  if (IsValidUtf8(text)) {
    return std::string(text);
  }
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      escaped += c;
    } else {
      fmt::format_to(std::back_inserter(escaped), "\\x{:02x}", byte);
    }
  }
  return escaped;
}

std::string DatabaseLabel(int database) {
  return fmt::format("db{}", database);
}

}  // namespace sidewatch::redis
