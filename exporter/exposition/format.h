#pragma once

#include <string>
#include <string_view>

namespace sidewatch::exposition {

/// The two formats that a scraper may ask for.
enum class Format { kText, kOpenMetrics };

/// How names that are not classic are written.
enum class Escaping {
  kUnderscores,  ///< Every character that a classic name may not hold becomes `_`.
  kAllowUtf8,    ///< As they are, in quotes.
};

/// What was agreed with the scraper.
struct ContentType {
  Format format = Format::kText;
  Escaping escaping = Escaping::kUnderscores;

  /// The header's value: `text/plain; version=0.0.4; charset=utf-8; escaping=underscores`.
  std::string ToString() const;
};

/// Chooses by an Accept header. OpenMetrics only if it is asked for by name with a version that we
/// write; a header that names neither gets the text format.
ContentType Negotiate(std::string_view accept);

}  // namespace sidewatch::exposition
