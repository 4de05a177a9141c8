#include "exporter/base/secret.h"

namespace sidewatch {
namespace {

constexpr std::string_view kMask = "<secret>";

void MaskUrls(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const std::size_t begin = at + 3;
    const std::size_t end = text.find_first_of("/ \t\n\"'", begin);
    const std::size_t host = text.substr(0, end).rfind('@');
    const std::size_t colon = text.find(':', begin);
    if (host == std::string::npos || host < begin || colon == std::string::npos || colon > host) {
      continue;
    }
    text.replace(colon + 1, host - colon - 1, kMask);
  }
}

void MaskPairs(std::string& text) {
  constexpr std::string_view kKey = "password=";
  for (std::size_t at = text.find(kKey); at != std::string::npos; at = text.find(kKey, at + 1)) {
    const std::size_t begin = at + kKey.size();
    const bool quoted = begin < text.size() && text[begin] == '\'';
    const std::size_t end =
        quoted ? text.find('\'', begin + 1) : text.find_first_of(" &\t\n", begin);
    text.replace(
        begin, (end == std::string::npos ? text.size() : end + (quoted ? 1 : 0)) - begin, kMask);
  }
}

}  // namespace

std::string MaskPasswords(std::string_view text) {
  std::string masked(text);
  MaskUrls(masked);
  MaskPairs(masked);
  return masked;
}

}  // namespace sidewatch
