#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sidewatch::config {

/// Why a text is no YAML before any of it is parsed.
struct UnreadableText {
  int line = 0;    ///< From 1.
  int column = 0;  ///< From 1, in bytes.
  std::string_view what;
};

/// The first byte that YAML does not allow: no UTF-8, or a control character. yaml-cpp takes both;
/// what reads these files elsewhere does not.
std::optional<UnreadableText> FindUnreadable(std::string_view text);

/// `text` with every line ended by `\n`, and with the start of another document behind it, which
/// yaml-cpp takes as an error within quotes: it closes a quote silently where the text ends with a
/// line. (Where a text ends within its last line it finds that by itself.)
std::string Delimited(std::string_view text);

}  // namespace sidewatch::config
