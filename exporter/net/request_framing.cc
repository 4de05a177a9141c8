#include "exporter/net/request_framing.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace sidewatch::net {
namespace {

std::size_t CountOf(std::span<const Header> headers, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [name](const Header& header) { return EqualsIgnoringCase(header.first, name); }));
}

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool HasBlank(const Header& header) {
  return header.first.empty() || header.first.find_first_of(" \t") != std::string::npos;
}

}  // namespace

std::optional<std::string> FramingProblem(std::string_view version,
                                          std::span<const Header> headers) {
  if (const auto odd = std::ranges::find_if(headers, &HasBlank); odd != headers.end()) {
    return fmt::format("The name of a header is wrong: \"{}\".", odd->first);
  }
  const std::size_t lengths = CountOf(headers, "Content-Length");
  const std::size_t encodings = CountOf(headers, "Transfer-Encoding");
  if (lengths + encodings > 1) {
    return "More than one header says where the body ends.";
  }
  const std::size_t hosts = CountOf(headers, "Host");
  if (hosts > 1 || (hosts == 0 && version == "1.1")) {
    return "The header Host must stand there once.";
  }
  if (lengths == 1) {
    const auto length = std::ranges::find_if(headers, [](const Header& header) {
      return EqualsIgnoringCase(header.first, "Content-Length");
    });
    if (!IsDigits(length->second)) {
      return "Content-Length is no number.";
    }
  }
  return std::nullopt;
}

}  // namespace sidewatch::net
