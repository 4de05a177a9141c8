#pragma once

#include <string>
#include <string_view>

namespace sidewatch::exposition {

enum class Syntax {
  kText,         ///< The classic text format, 0.0.4 (and 1.0.0, the same with UTF-8 names).
  kOpenMetrics,  ///< OpenMetrics 1.0.
};

/// What becomes of names that are not classic names.
enum class NameEscaping {
  kUnderscores,  ///< Each character that a classic name may not hold becomes `_`.
  kAllowUtf8,    ///< Written as they are, quoted inside the braces.
};

/// How a page is written.
struct PageFormat {
  Syntax syntax = Syntax::kText;
  std::string_view version = "0.0.4";  ///< A constant text.
  NameEscaping escaping = NameEscaping::kUnderscores;

  bool operator==(const PageFormat&) const = default;
};

/// Picks the best format that both the `Accept` header and we speak. Never fails: what we do not
/// speak counts as not asked for, and a scraper that names nothing we know gets text 0.0.4.
PageFormat Negotiate(std::string_view accept);

/// The `Content-Type` of a page, with charset and escaping, as Prometheus' own client library
/// writes it.
std::string ContentType(const PageFormat& format);

/// How to read a page that came with this `Content-Type`: OpenMetrics if it says so, else text.
Syntax SyntaxOf(std::string_view content_type);

}  // namespace sidewatch::exposition
