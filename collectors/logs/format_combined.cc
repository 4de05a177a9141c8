// The access log of nginx and Apache, common or combined, with what people add behind it:
//
//   203.0.113.9 - bob [21/Nov/2026:12:00:00 +0000] "GET /a HTTP/1.1" 200 5 "referer" "agent" 0.012

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "collectors/logs/formats.h"

namespace sidewatch::logs {
namespace {

constexpr auto kNone = std::string_view::npos;

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes what stands before `end`, and `end` itself. False: it is not there.
bool TakeUntil(std::string_view& rest, char end, std::string_view& taken) {
  const std::size_t at = rest.find(end);
  if (at == kNone) {
    return false;
  }
  taken = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return true;
}

bool TakeChar(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) {
    return false;
  }
  rest.remove_prefix(1);
  return true;
}

bool TakeStatus(std::string_view& rest, int& status) {
  if (rest.size() < 3 || !IsDigit(rest[0]) || !IsDigit(rest[1]) || !IsDigit(rest[2]) ||
      (rest.size() > 3 && rest[3] != ' ')) {
    return false;
  }
  status = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
  rest.remove_prefix(rest.size() > 3 ? 4 : 3);
  return true;
}

/// What stands in quotes; a quote behind a backslash does not end it.
bool TakeQuoted(std::string_view& rest, std::string_view& taken) {
  if (!TakeChar(rest, '"')) {
    return false;
  }
  std::size_t at = rest.find('"');
  while (at != kNone && at > 0 && rest[at - 1] == '\\') {
    at = rest.find('"', at + 1);
  }
  if (at == kNone) {
    return false;
  }
  taken = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return true;
}

void SplitRequest(std::string_view request, Record& record) {
  const std::size_t space = request.find(' ');
  record.method = request.substr(0, space);
  if (space != kNone) {
    request.remove_prefix(space + 1);
    record.path = request.substr(0, request.find(' '));
  }
}

/// Takes `name=` away from a word. False: it is the name of something else.
bool TakeName(std::string_view& word) {
  const std::size_t equals = word.find('=');
  if (equals == kNone) {
    return true;
  }
  const std::string_view name = word.substr(0, equals);
  word.remove_prefix(equals + 1);
  return name == "rt" || name == "request_time";
}

std::string_view Unquoted(std::string_view word) {
  const bool quoted = word.size() >= 2 && word.front() == '"' && word.back() == '"';
  return quoted ? word.substr(1, word.size() - 2) : word;
}

/// nginx writes milliseconds behind a point; a whole number is something else.
std::optional<double> ParseFraction(std::string_view word) {
  if (word.find('.') == kNone || !IsDigit(word.front())) {
    return std::nullopt;
  }
  double seconds = 0;
  const char* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, seconds);
  return read.ec == std::errc() && read.ptr == end ? std::optional(seconds) : std::nullopt;
}

/// `$request_time` behind the combined format, bare, quoted, or named `rt=`, `request_time=`.
void FindSeconds(std::string_view rest, Record& record) {
  while (!rest.empty()) {
    std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (!TakeName(word)) {
      continue;
    }
    if (const std::optional<double> seconds = ParseFraction(Unquoted(word))) {
      record.seconds = *seconds;
      return;
    }
  }
}

}  // namespace

bool ParseCombined(std::string_view line, Record& record) {
  std::string_view rest = line;
  std::string_view identity;
  std::string_view time;
  std::string_view request;
  if (!TakeUntil(rest, ' ', record.address) || !TakeUntil(rest, ' ', identity)) {
    return false;
  }
  // A user's name may hold spaces: it ends where the time begins.
  const std::size_t bracket = rest.find(" [");
  if (bracket == kNone) {
    return false;
  }
  record.user = rest.substr(0, bracket);
  rest.remove_prefix(bracket + 2);
  if (!TakeUntil(rest, ']', time) || !TakeChar(rest, ' ') || !TakeQuoted(rest, request) ||
      !TakeChar(rest, ' ') || !TakeStatus(rest, record.status)) {
    return false;
  }
  if (record.user == "-") {
    record.user = {};
  }
  SplitRequest(request, record);
  record.message = line;
  record.access = true;
  std::string_view sent;
  std::string_view referer;
  std::string_view agent;
  if (TakeUntil(rest, ' ', sent) && TakeQuoted(rest, referer) && TakeChar(rest, ' ') &&
      TakeQuoted(rest, agent) && TakeChar(rest, ' ')) {
    FindSeconds(rest, record);
  }
  return true;
}

void FindRequest(std::string_view line, Record& record) {
  const std::size_t end = line.find(" HTTP/");
  if (end == kNone) {
    return;
  }
  const std::size_t begin = line.rfind('"', end);
  const std::size_t close = line.find('"', end);
  if (begin == kNone || close == kNone) {
    return;
  }
  std::string_view rest = line.substr(close + 1);
  int status = 0;
  if (TakeChar(rest, ' ') && TakeStatus(rest, status)) {
    SplitRequest(line.substr(begin + 1, close - begin - 1), record);
    record.status = status;
  }
}

}  // namespace sidewatch::logs
