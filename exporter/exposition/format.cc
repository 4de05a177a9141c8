#include "exporter/exposition/format.h"

#include <optional>

#include "exporter/base/number.h"

namespace sidewatch::exposition {
namespace {

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? ""
             : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Cuts the part before `separator` off the front of `rest`.
std::string_view Next(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return Trim(part);
}

/// One media range of the header.
struct Offer {
  std::string_view type;
  std::string_view version;
  bool utf8 = false;
  double quality = 1;
};

Offer ParseOffer(std::string_view text) {
  Offer offer;
  offer.type = Next(text, ';');
  while (!text.empty()) {
    std::string_view value = Next(text, ';');
    const std::string_view name = Next(value, '=');
    if (name == "q") {
      offer.quality = ParseNumber(value).value_or(0);
    } else if (name == "version") {
      offer.version = value;
    } else if (name == "escaping") {
      offer.utf8 = value == "allow-utf-8";
    }
  }
  return offer;
}

std::optional<Format> FormatOf(const Offer& offer) {
  if (offer.type == "application/openmetrics-text" &&
      (offer.version.empty() || offer.version == "1.0.0" || offer.version == "0.0.1")) {
    return Format::kOpenMetrics;
  }
  if (offer.type == "text/plain" || offer.type == "text/*" || offer.type == "*/*") {
    return Format::kText;
  }
  return std::nullopt;
}

}  // namespace

std::string ContentType::ToString() const {
  std::string text = format == Format::kOpenMetrics
                         ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                         : "text/plain; version=0.0.4; charset=utf-8";
  return text +
         (escaping == Escaping::kAllowUtf8 ? "; escaping=allow-utf-8" : "; escaping=underscores");
}

ContentType Negotiate(std::string_view accept) {
  ContentType best;
  double quality = 0;
  while (!accept.empty()) {
    const Offer offer = ParseOffer(Next(accept, ','));
    const auto format = FormatOf(offer);
    if (format && offer.quality > quality) {
      quality = offer.quality;
      best = {.format = *format,
              .escaping = offer.utf8 ? Escaping::kAllowUtf8 : Escaping::kUnderscores};
    }
  }
  return best;
}

}  // namespace sidewatch::exposition
