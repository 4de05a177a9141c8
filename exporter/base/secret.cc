#include "exporter/base/secret.h"

#include <algorithm>
#include <array>

namespace sidewatch {
namespace {

constexpr std::string_view kMask = "<secret>";

void MaskUrls(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const std::size_t begin = at + 3;
    // A quote may be part of a password, and rather too much is hidden than too little.
    const std::size_t end = text.find_first_of("/ \t\n", begin);
    const std::size_t host = text.substr(0, end).rfind('@');
    if (host == std::string::npos || host < begin) {
      continue;
    }
    const std::size_t colon = text.find(':', begin);
    if (colon < host) {
      text.replace(colon + 1, host - colon - 1, kMask);
    } else if (std::string_view(text).substr(0, at).ends_with("http") ||
               std::string_view(text).substr(0, at).ends_with("https")) {
      text.replace(begin, host - begin, kMask);  // A token, as some services want it.
    }
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

/// `?token=…`, `&api_key=…`
void MaskQuery(std::string& text) {
  for (std::size_t at = text.find_first_of("?&"); at != std::string::npos;
       at = text.find_first_of("?&", at + 1)) {
    const std::size_t equals = text.find_first_of("= \t\n\"'?&", at + 1);
    if (equals == std::string::npos || text[equals] != '=' ||
        !NamesSecret(std::string_view(text).substr(at + 1, equals - at - 1))) {
      continue;
    }
    const std::size_t end = text.find_first_of("& \t\n\"'<>", equals + 1);
    text.replace(equals + 1, (end == std::string::npos ? text.size() : end) - equals - 1, kMask);
  }
}

}  // namespace

bool NamesSecret(std::string_view name) {
  constexpr std::array<std::string_view, 17> kEndings = {"password",
                                                         "passwd",
                                                         "pass",
                                                         "pwd",
                                                         "secret",
                                                         "token",
                                                         "key",
                                                         "tok",
                                                         "cred",
                                                         "passphrase",
                                                         "cookie",
                                                         "apikey",
                                                         "authorization",
                                                         "auth",
                                                         "sig",
                                                         "sid",
                                                         "credentials"};
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::any_of(kEndings, [&lower](std::string_view ending) {
    if (!lower.ends_with(ending)) {
      return false;
    }
    // `_key`, not `monkey`; but `accesstoken`, `dbpassword`.
    const std::size_t before = lower.size() - ending.size();
    return before == 0 || ending.size() > 4 || lower[before - 1] == '_' || lower[before - 1] == '-';
  });
}

std::string MaskPasswords(std::string_view text) {
  std::string masked(text);
  MaskUrls(masked);
  MaskPairs(masked);
  MaskQuery(masked);
  return masked;
}

}  // namespace sidewatch
