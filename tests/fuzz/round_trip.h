#pragma once

#include <string>
#include <string_view>

#include "exporter/base/check.h"
#include "exporter/exposition/parser.h"
#include "exporter/exposition/writer.h"

namespace sidewatch::exposition {

/// Reads `page`; what is taken must read the same after it was written.
inline void CheckRoundTrip(std::string_view page, const PageFormat& format) {
  PageParser parser(page, format.syntax);
  while (parser.Next()) {
    if (parser.kind() == EntryKind::kSample) {
      parser.Labels();
      parser.FindExemplar();
    }
  }
  const auto write = [&](const std::vector<MetricFamily>& families) {
    std::vector<const MetricFamily*> pointers;
    for (const MetricFamily& family : families) {
      pointers.push_back(&family);
    }
    return FormatPage(pointers, format);
  };
  const auto families = ParseFamilies(page, ContentType(format));
  if (!families.has_value()) {
    return;
  }
  const std::string written = write(*families);
  const auto again = ParseFamilies(written, ContentType(format));
  SW_CHECK(again.has_value(), (again.error().message + " in our own page:\n" + written).c_str());
}

}  // namespace sidewatch::exposition
