#include "exporter/base/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "exporter/base/number.h"

namespace sidewatch {

namespace {

constexpr std::string_view kReplacement = "\\ufffd";

/// How many bytes the UTF-8 sequence at the front of `text` has; 0 if it is none. Overlong forms,
/// surrogates and values past U+10FFFF are none.
std::size_t SequenceLength(std::string_view text) {
  struct Lead {
    unsigned char first, last;
    unsigned char second_low, second_high;
    std::size_t length;
  };

  static constexpr std::array<Lead, 8> kLeads = {{{0xc2, 0xdf, 0x80, 0xbf, 2},
                                                  {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                                  {0xe1, 0xec, 0x80, 0xbf, 3},
                                                  {0xed, 0xed, 0x80, 0x9f, 3},
                                                  {0xee, 0xef, 0x80, 0xbf, 3},
                                                  {0xf0, 0xf0, 0x90, 0xbf, 4},
                                                  {0xf1, 0xf3, 0x80, 0xbf, 4},
                                                  {0xf4, 0xf4, 0x80, 0x8f, 4}}};
  const auto byte = [text](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  for (const Lead& lead : kLeads) {
    if (byte(0) < lead.first || byte(0) > lead.last) {
      continue;
    }
    if (text.size() < lead.length || byte(1) < lead.second_low || byte(1) > lead.second_high) {
      return 0;
    }
    for (std::size_t i = 2; i < lead.length; ++i) {
      if ((byte(i) & 0xc0U) != 0x80U) {
        return 0;
      }
    }
    return lead.length;
  }
  return 0;
}

void AppendEscaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out.append("\\\"");
      break;
    case '\\':
      out.append("\\\\");
      break;
    case '\n':
      out.append("\\n");
      break;
    case '\r':
      out.append("\\r");
      break;
    case '\t':
      out.append("\\t");
      break;
    default: {
      const auto byte = static_cast<unsigned char>(c);
      out.append("\\u00").append({kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
}

bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

/// As IsPlain, of each of eight bytes (Bit Twiddling Hacks, "Determine if a word has a zero byte").
bool ArePlain(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x80 * kOnes;
  const auto any_below = [](std::uint64_t bytes, std::uint64_t limit) {
    return (bytes - limit * kOnes) & ~bytes;
  };
  const std::uint64_t odd = eight | any_below(eight, 0x20) | any_below(eight ^ ('"' * kOnes), 1) |
                            any_below(eight ^ ('\\' * kOnes), 1);
  return (odd & kHighs) == 0;
}

std::size_t PlainLength(std::string_view text) {
  std::size_t plain = 0;
  for (std::uint64_t eight = 0; plain + sizeof eight <= text.size(); plain += sizeof eight) {
    std::memcpy(&eight, text.data() + plain, sizeof eight);
    if (!ArePlain(eight)) {
      break;
    }
  }
  while (plain < text.size() && IsPlain(text[plain])) {
    ++plain;
  }
  return plain;
}

/// Where `size` more characters are to be written.
char* Grow(std::string& out, std::size_t size) {
  const std::size_t at = out.size();
  out.resize(at + size);
  return out.data() + at;
}

char* Put(char* out, std::string_view text) {
  return std::copy(text.begin(), text.end(), out);
}

}  // namespace

bool IsPlainJson(std::string_view text) {
  std::uint64_t eight = 0;
  if (text.size() < sizeof eight) {
    return std::ranges::all_of(text, IsPlain);
  }
  const char* const last = text.data() + text.size() - sizeof eight;
  for (const char* at = text.data(); at < last; at += sizeof eight) {
    std::memcpy(&eight, at, sizeof eight);
    if (!ArePlain(eight)) {
      return false;
    }
  }
  std::memcpy(&eight, last, sizeof eight);  // Some of it for the second time.
  return ArePlain(eight);
}

char* PutPlainJson(char* out, std::string_view text) {
  *out++ = '"';
  out = Put(out, text);
  *out++ = '"';
  return out;
}

void AppendJsonString(std::string& out, std::string_view text) {
  if (IsPlainJson(text)) {  // Nearly always: room is looked for once.
    PutPlainJson(Grow(out, text.size() + 2), text);
    return;
  }
  std::size_t plain = PlainLength(text);
  out.push_back('"');
  while (!text.empty()) {
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) {
      break;
    }
    if (static_cast<unsigned char>(text[0]) < 0x80) {
      AppendEscaped(out, text[0]);
      text.remove_prefix(1);
    } else {
      const std::size_t length = SequenceLength(text);
      out.append(length == 0 ? kReplacement : text.substr(0, length));
      text.remove_prefix(length == 0 ? 1 : length);
    }
    plain = PlainLength(text);
  }
  out.push_back('"');
}

void JsonWriter::Comma() {
  if (comma_) {
    out_.push_back(',');
  }
  comma_ = true;
}

JsonWriter& JsonWriter::Begin(char bracket) {
  Comma();
  out_.push_back(bracket);
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  out_.push_back(bracket);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  if (IsPlainJson(name)) {
    *PutPlainJson(Room(name.size() + 3), name) = ':';
  } else {
    String(name);
    out_.push_back(':');
  }
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  Comma();
  AppendJsonString(out_, text);
  return *this;
}

char* JsonWriter::Room(std::size_t size) {
  Comma();
  return Grow(out_, size);
}

JsonWriter& JsonWriter::Integer(std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return Raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

JsonWriter& JsonWriter::Boolean(bool value) {
  return Raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::Null() {
  return Raw("null");
}

JsonWriter& JsonWriter::Number(double value) {
  if (!std::isfinite(value)) {
    return Null();
  }
  Comma();
  AppendNumber(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Sample(std::string_view time, double value) {
  constexpr std::size_t kAround = std::string_view("[,\"\"]").size();
  char* next = Room(time.size() + kMostNumberChars + kAround);
  *next++ = '[';
  next = Put(next, time);
  *next++ = ',';
  *next++ = '"';
  next = WriteNumber(next, value);
  *next++ = '"';
  *next++ = ']';
  out_.resize(static_cast<std::size_t>(next - out_.data()));
  return *this;
}

JsonWriter& JsonWriter::Timestamp(TimePoint at) {
  constexpr std::int64_t kMillis = 1000;
  const std::int64_t millis = ToUnixMillis(at);
  const std::int64_t fraction = std::abs(millis % kMillis);
  if (millis < 0 && millis > -kMillis) {
    Raw("-0");
  } else {
    Integer(millis / kMillis);
  }
  if (fraction != 0) {
    out_.push_back('.');
    for (const std::int64_t unit : {100, 10, 1}) {
      out_.push_back(static_cast<char>('0' + fraction / unit % 10));
    }
  }
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Comma();
  out_.append(json);
  return *this;
}

}  // namespace sidewatch
