#include "exporter/exposition/format.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::exposition {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool SameWord(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

/// Takes what stands before the next `separator` off the front, trimmed. A separator inside double
/// quotes does not count.
std::string_view TakeUntil(std::string_view& rest, char separator) {
  std::size_t end = 0;
  bool quoted = false;
  while (end < rest.size() && (quoted || rest[end] != separator)) {
    quoted ^= rest[end] == '"';
    ++end;
  }
  const std::string_view item = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return Trim(item);
}

struct MediaRange {
  std::string_view type;
  std::string_view version;
  std::string_view escaping;
  double quality = 1;
};

std::string_view Unquote(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

MediaRange ReadMediaRange(std::string_view text) {
  MediaRange range;
  range.type = TakeUntil(text, ';');
  while (!text.empty()) {
    std::string_view value = TakeUntil(text, ';');
    const std::string_view name = TakeUntil(value, '=');
    value = Unquote(Trim(value));
    if (SameWord(name, "version")) {
      range.version = value;
    } else if (SameWord(name, "escaping")) {
      range.escaping = value;
    } else if (SameWord(name, "q")) {
      range.quality = ParseNumber(value).value_or(0);
    }
  }
  return range;
}

/// One format that we speak, and how it is asked for.
struct Offer {
  std::string_view type;
  std::string_view asked_version;
  Syntax syntax;
  std::string_view version;
};

constexpr std::string_view kOpenMetricsType = "application/openmetrics-text";
constexpr std::string_view kTextType = "text/plain";

constexpr Offer kOffers[] = {
    {kOpenMetricsType, "", Syntax::kOpenMetrics, "1.0.0"},
    {kOpenMetricsType, "1.0.0", Syntax::kOpenMetrics, "1.0.0"},
    {kOpenMetricsType, "0.0.1", Syntax::kOpenMetrics, "0.0.1"},
    {kTextType, "", Syntax::kText, "0.0.4"},
    {kTextType, "0.0.4", Syntax::kText, "0.0.4"},
    {kTextType, "1.0.0", Syntax::kText, "1.0.0"},
    {"text/*", "", Syntax::kText, "0.0.4"},
    {"*/*", "", Syntax::kText, "0.0.4"},
};

const Offer* FindOffer(const MediaRange& range) {
  const auto* const found = std::ranges::find_if(kOffers, [&](const Offer& offer) {
    return SameWord(offer.type, range.type) && offer.asked_version == range.version;
  });
  return found == std::end(kOffers) ? nullptr : found;
}

std::string_view EscapingName(NameEscaping escaping) {
  return escaping == NameEscaping::kAllowUtf8 ? "allow-utf-8" : "underscores";
}

}  // namespace

PageFormat Negotiate(std::string_view accept) {
  PageFormat best;
  double best_quality = 0;
  while (!accept.empty()) {
    const MediaRange range = ReadMediaRange(TakeUntil(accept, ','));
    const Offer* offer = FindOffer(range);
    if (offer == nullptr || !(range.quality > best_quality)) {
      continue;
    }
    best_quality = range.quality;
    best = {.syntax = offer->syntax,
            .version = offer->version,
            .escaping = SameWord(range.escaping, EscapingName(NameEscaping::kAllowUtf8))
                            ? NameEscaping::kAllowUtf8
                            : NameEscaping::kUnderscores};
  }
  return best;
}

std::string ContentType(const PageFormat& format) {
  return fmt::format("{}; version={}; charset=utf-8; escaping={}",
                     format.syntax == Syntax::kOpenMetrics ? kOpenMetricsType : kTextType,
                     format.version,
                     EscapingName(format.escaping));
}

Syntax SyntaxOf(std::string_view content_type) {
  return SameWord(TakeUntil(content_type, ';'), kOpenMetricsType) ? Syntax::kOpenMetrics
                                                                  : Syntax::kText;
}

}  // namespace sidewatch::exposition
