#include "exporter/config/environment.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace sidewatch::config {
namespace {

bool IsIdentifier(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto digit = [](char c) {
    return c >= '0' && c <= '9';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c); });
}

/// `NAME` or `NAME:-default`, the text between the braces.
struct Reference {
  std::string name;
  std::optional<std::string> fallback;
};

std::optional<Reference> ParseReference(std::string_view inner) {
  const std::size_t split = inner.find(":-");
  Reference reference{.name = std::string(inner.substr(0, split)), .fallback = std::nullopt};
  if (split != std::string_view::npos) {
    reference.fallback = std::string(inner.substr(split + 2));
  }
  if (!IsIdentifier(reference.name)) {
    return std::nullopt;
  }
  return reference;
}

/// Nothing: the variable is not set, and there is no default.
std::optional<std::string> ValueOf(const Reference& reference) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the program changes the environment.
  const char* const value = std::getenv(reference.name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : reference.fallback;
}

}  // namespace

Result<std::string> ExpandEnvironment(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t at = text.find("${");
    if (at == std::string_view::npos) {
      out += text;
      return out;
    }
    const std::size_t end = text.find('}', at);
    const bool escaped = at > 0 && text[at - 1] == '$';
    const auto reference = escaped || end == std::string_view::npos
                               ? std::nullopt
                               : ParseReference(text.substr(at + 2, end - at - 2));
    if (!reference) {
      out += text.substr(0, escaped ? at - 1 : at);
      out += "${";
      text.remove_prefix(at + 2);
      continue;
    }
    out += text.substr(0, at);
    const std::optional<std::string> value = ValueOf(*reference);
    if (!value) {
      return Fail(ErrorCode::kNotFound,
                  "environment variable {} is not set (write ${{{}:-default}} to allow that)",
                  reference->name,
                  reference->name);
    }
    out += *value;
    text.remove_prefix(end + 1);
  }
}

}  // namespace sidewatch::config
