#include "exporter/net/http_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include <strings.h>

namespace sidewatch::net {

namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

enum class Plus { kIsSpace, kIsPlus };

std::string Decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '+' && plus == Plus::kIsSpace ? ' ' : text[i]);
    }
  }
  return out;
}

}  // namespace

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view FindHeader(const std::vector<Header>& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& header) {
    return EqualsIgnoringCase(header.first, name);
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

FormValues ParseForm(std::string_view text) {
  FormValues values;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    values.emplace_back(Decode(pair.substr(0, equals), Plus::kIsSpace),
                        Decode(value, Plus::kIsSpace));
  }
  return values;
}

std::string EncodeUrl(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
    }
  }
  return out;
}

std::string DecodeUrl(std::string_view text) {
  return Decode(text, Plus::kIsPlus);
}

std::string_view HttpRequest::GetHeader(std::string_view name) const {
  return FindHeader(headers, name);
}

FormValues HttpRequest::Form() const {
  FormValues values;
  const std::string_view type = GetHeader("Content-Type");
  if (EqualsIgnoringCase(type.substr(0, kFormType.size()), kFormType)) {
    values = ParseForm(body);
  }
  FormValues from_url = ParseForm(query);
  std::move(from_url.begin(), from_url.end(), std::back_inserter(values));
  return values;
}

HttpResponse TextResponse(int status, std::string text) {
  return {.status = status, .body = std::move(text)};
}

HttpResponse JsonResponse(int status, std::string json) {
  return {.status = status, .content_type = "application/json", .body = std::move(json)};
}

}  // namespace sidewatch::net
