#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace sidewatch {

/// A password, token or URL that holds one. It prints as `<secret>`; only Reveal() gives the text,
/// at the place that needs it on the wire.
class Secret {
 public:
  Secret() = default;

  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& Reveal() const { return text_; }

  bool empty() const { return text_.empty(); }

  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

/// Whether a key, header, variable or parameter of this name holds a secret, as far as its name
/// tells: `api_key`, `X-Auth-Token`, `DB_PASS`.
bool NamesSecret(std::string_view name);

/// Replaces the password inside `scheme://user:password@host`, the values of `password=` pairs and
/// those parameters of a URL that NamesSecret() knows, so that an outside library's error text can
/// be logged.
std::string MaskPasswords(std::string_view text);

}  // namespace sidewatch

template <>
struct fmt::formatter<sidewatch::Secret> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }

  template <typename Context>
  auto format(const sidewatch::Secret& secret, Context& context) const {
    return fmt::format_to(context.out(), "{}", secret.empty() ? "" : "<secret>");
  }
};
