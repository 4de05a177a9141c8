#include "collectors/logs/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>

namespace sidewatch::logs {
namespace {

enum class Part {
  kAddress,
  kBytes,
  kLevel,
  kMessage,
  kMethod,
  kPath,
  kRequest,
  kSeconds,
  kStatus,
  kUser
};

constexpr double kSecond = 1;
constexpr double kMilli = 1e-3;
constexpr double kMicro = 1e-6;
constexpr double kNano = 1e-9;

struct Known {
  std::string_view name;
  Part part;
  double unit = kSecond;  ///< Of bare numbers in durations.
};

// The names that nginx' JSON formats, structlog, python-json-logger, pino, zap, logrus, Serilog and
// Elastic's common schema give to these facts.
constexpr Known kKnown[] = {
    {"@l", Part::kLevel},
    {"@level", Part::kLevel},
    {"@m", Part::kMessage},
    {"@message", Part::kMessage},
    {"@mt", Part::kMessage},
    {"address", Part::kAddress},
    {"bytes_received", Part::kBytes},
    {"client", Part::kAddress},
    {"client.address", Part::kAddress},
    {"client.ip", Part::kAddress},
    {"client_addr", Part::kAddress},
    {"client_ip", Part::kAddress},
    {"clientip", Part::kAddress},
    {"content_length", Part::kBytes},
    {"duration", Part::kSeconds},
    {"duration_ms", Part::kSeconds, kMilli},
    {"duration_ns", Part::kSeconds, kNano},
    {"duration_s", Part::kSeconds},
    {"duration_seconds", Part::kSeconds},
    {"duration_us", Part::kSeconds, kMicro},
    {"elapsed", Part::kSeconds},
    {"elapsed_ms", Part::kSeconds, kMilli},
    {"email", Part::kUser},
    {"event", Part::kMessage},
    {"event.duration", Part::kSeconds, kNano},
    {"file_size", Part::kBytes},
    {"http.request.body.bytes", Part::kBytes},
    {"http.request.method", Part::kMethod},
    {"http.response.status_code", Part::kStatus},
    {"ip", Part::kAddress},
    {"ip_address", Part::kAddress},
    {"latency", Part::kSeconds},
    {"latency_ms", Part::kSeconds, kMilli},
    {"level", Part::kLevel},
    {"levelname", Part::kLevel},
    {"log.level", Part::kLevel},
    {"loglevel", Part::kLevel},
    {"lvl", Part::kLevel},
    {"message", Part::kMessage},
    {"method", Part::kMethod},
    {"msg", Part::kMessage},
    {"path", Part::kPath},
    {"remote_addr", Part::kAddress},
    {"remote_address", Part::kAddress},
    {"remote_ip", Part::kAddress},
    {"remote_user", Part::kUser},
    {"req.method", Part::kMethod},
    {"req.remoteAddress", Part::kAddress},
    {"req.url", Part::kPath},
    {"request", Part::kRequest},
    {"request_length", Part::kBytes},
    {"request_method", Part::kMethod},
    {"request_path", Part::kPath},
    {"request_time", Part::kSeconds},
    {"request_uri", Part::kPath},
    {"res.statusCode", Part::kStatus},
    {"responseTime", Part::kSeconds, kMilli},
    {"response_time", Part::kSeconds},
    {"response_time_ms", Part::kSeconds, kMilli},
    {"severity", Part::kLevel},
    {"size", Part::kBytes},
    {"source.ip", Part::kAddress},
    {"status", Part::kStatus},
    {"status_code", Part::kStatus},
    {"statuscode", Part::kStatus},
    {"took", Part::kSeconds},
    {"uri", Part::kPath},
    {"url", Part::kPath},
    {"url.path", Part::kPath},
    {"user", Part::kUser},
    {"user.name", Part::kUser},
    {"user_name", Part::kUser},
    {"username", Part::kUser},
};
static_assert(std::ranges::is_sorted(kKnown, {}, &Known::name));

double Number(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool good = read.ec == std::errc() && read.ptr == end && std::isfinite(number);
  return good ? number : Record::kAbsent;
}

// JSON's escapes: https://www.rfc-editor.org/rfc/rfc8259#section-7. \u below 128 is all that names
// and addresses need; others stay as written.
/// What `\\c` stands for.
char Unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return c;
  }
}

/// The letter of `\\u0041`'s digits, if it is one of ASCII's.
std::optional<char> AsciiOf(std::string_view digits) {
  unsigned code = 0;
  const char* const end = digits.data() + digits.size();
  const bool read = std::from_chars(digits.data(), end, code, 16).ptr == end;
  return digits.size() == 4 && read && code < 0x80 ? std::optional(static_cast<char>(code))
                                                   : std::nullopt;
}

void Unescape(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    if (next != 'u') {
      out += Unescaped(next);
    } else if (const std::optional<char> plain = AsciiOf(text.substr(i + 1, 4))) {
      out += *plain;
      i += 4;
    } else {
      out += "\\u";
    }
  }
}

std::string_view Text(const Field& field, Record& record) {
  // One text of a line is kept outside of it: a second would move the first.
  if (!field.escaped || !record.scratch.empty()) {
    return field.value;
  }
  Unescape(field.value, record.scratch);
  return record.scratch;
}

void TakeLevel(const Field& field, Record& record) {
  const Level level = field.quoted ? Level::kUnknown : LevelOfNumber(Number(field.value));
  record.level = level == Level::kUnknown ? ParseLevel(field.value) : level;
}

void TakeText(const Field& field, std::string_view& out, Record& record) {
  const bool absent = field.value.empty() || field.value == "-" ||
                      (!field.quoted && (field.value == "null" || field.value == "none"));
  if (!absent && out.empty()) {
    out = Text(field, record);
  }
}

/// `GET /path HTTP/1.1`, nginx' `$request`.
void TakeRequest(std::string_view request, Record& record) {
  const std::size_t space = request.find(' ');
  if (space != std::string_view::npos) {
    record.method = request.substr(0, space);
    request.remove_prefix(space + 1);
    record.path = request.substr(0, request.find(' '));
  }
}

void TakeStatus(std::string_view value, Record& record) {
  const double number = Number(value);
  if (number >= 100 && number <= 999) {
    record.status = static_cast<int>(number);
  }
}

}  // namespace

double ParseSeconds(std::string_view text, double bare_unit) {
  struct Unit {
    std::string_view suffix;
    double seconds;
  };

  // `ms` before `s`.
  constexpr Unit kUnits[] = {
      {"ms", kMilli}, {"us", kMicro}, {"µs", kMicro}, {"ns", kNano}, {"s", kSecond}};
  double unit = bare_unit;
  for (const Unit& row : kUnits) {
    if (text.ends_with(row.suffix)) {
      text.remove_suffix(row.suffix.size());
      unit = row.seconds;
      break;
    }
  }
  const double number = Number(text);
  return number < 0 ? Record::kAbsent : number * unit;
}

void TakeField(const Field& field, Record& record) {
  const auto* known = std::ranges::lower_bound(kKnown, field.name, {}, &Known::name);
  if (known == std::end(kKnown) || known->name != field.name) {
    return;
  }
  switch (known->part) {
    case Part::kAddress:
      return TakeText(field, record.address, record);
    case Part::kBytes:
      record.bytes = std::max(Number(field.value), Record::kAbsent);
      return;
    case Part::kLevel:
      return TakeLevel(field, record);
    case Part::kMessage:
      record.message = field.value;
      return;
    case Part::kMethod:
      record.method = field.value;
      return;
    case Part::kPath:
      record.path = field.value;
      return;
    case Part::kRequest:
      return TakeRequest(field.value, record);
    case Part::kSeconds:
      record.seconds = ParseSeconds(field.value, known->unit);
      return;
    case Part::kStatus:
      return TakeStatus(field.value, record);
    case Part::kUser:
      return TakeText(field, record.user, record);
  }
}

}  // namespace sidewatch::logs
