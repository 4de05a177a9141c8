#include "alerts/receivers/email/mime.h"

#include <algorithm>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kCrLf = "\r\n";

bool IsPlainAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Cuts at the commas outside of quotes and angle brackets.
std::vector<std::string_view> SplitAddresses(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') {
      quoted = !quoted;
    }
    if (i == text.size() || (text[i] == ',' && !quoted)) {
      if (const auto piece = Trim(text.substr(begin, i - begin)); !piece.empty()) {
        pieces.push_back(piece);
      }
      begin = i + 1;
    }
  }
  return pieces;
}

bool IsAddress(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == ',';
         });
}

void AppendHex(std::string& out, char c) {
  fmt::format_to(std::back_inserter(out), "={:02X}", static_cast<unsigned char>(c));
}

/// The bytes of the line end at the front; 0: there is none.
std::size_t LineEndLength(std::string_view text) {
  return text.starts_with("\r\n") ? kCrLf.size() : text.starts_with('\n') ? 1 : 0;
}

/// Whether quoted-printable writes the first byte as it is; a blank at the end of a line it does
/// not.
bool BeginsPlain(std::string_view text) {
  const char c = text.front();
  if (c == ' ' || c == '\t') {
    return text.size() > 1 && text[1] != '\n' && text[1] != '\r';
  }
  return c > ' ' && c <= '~' && c != '=';
}

/// The bytes of `text` up to a whole code point, at most `max`.
std::size_t WholeCodePoints(std::string_view text, std::size_t max) {
  std::size_t end = std::min(text.size(), max);
  while (end > 1 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return end;
}

void AppendPart(std::string& out,
                std::string_view boundary,
                std::string_view type,
                std::string_view text) {
  if (text.empty()) {
    return;
  }
  out += fmt::format(
      "--{}\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: {}; "
      "charset=UTF-8\r\n\r\n{}\r\n",
      boundary,
      type,
      EncodeQuotedPrintable(text));
}

void AppendImage(std::string& out, std::string_view boundary, const MailImage& image) {
  constexpr std::size_t kLine = 76;
  out += fmt::format(
      "--{}\r\nContent-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n"
      "Content-Disposition: inline\r\nContent-ID: <{}>\r\n\r\n",
      boundary,
      image.id);
  const std::string encoded = EncodeBase64(image.bytes);
  for (std::size_t i = 0; i < encoded.size(); i += kLine) {
    out.append(encoded, i, kLine);
    out += kCrLf;
  }
}

void AppendHtml(std::string& out, std::string_view boundary, const MailParts& parts) {
  if (parts.html.empty() || parts.images.empty()) {
    AppendPart(out, boundary, "text/html", parts.html);
    return;
  }
  const std::string inner = fmt::format("{}_related", boundary);
  out += fmt::format(
      "--{}\r\nContent-Type: multipart/related; type=\"text/html\";\r\n "
      "boundary=\"{}\"\r\n\r\n",
      boundary,
      inner);
  AppendPart(out, inner, "text/html", parts.html);
  for (const MailImage& image : parts.images) {
    AppendImage(out, inner, image);
  }
  out += fmt::format("--{}--\r\n", inner);
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      bits = (bits << 8) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= count ? kDigits[(bits >> (18 - 6 * k)) & 0x3f] : '=';
    }
  }
  return out;
}

std::string MailAddress::ToHeader() const {
  if (name.empty()) {
    return address;
  }
  if (!IsPlainAscii(name)) {
    return fmt::format("{} <{}>", EncodeHeader(name), address);
  }
  std::string quoted;
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return fmt::format("\"{}\" <{}>", quoted, address);
}

Result<std::vector<MailAddress>> ParseAddresses(std::string_view text) {
  std::vector<MailAddress> addresses;
  for (const std::string_view piece : SplitAddresses(text)) {
    MailAddress parsed;
    const std::size_t open = piece.find('<');
    if (open == std::string_view::npos) {
      parsed.address = piece;
    } else {
      std::string_view name = Trim(piece.substr(0, open));
      if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
        name = name.substr(1, name.size() - 2);
      }
      parsed.name = name;
      const std::size_t close = piece.find('>', open);
      // Without a closing bracket nothing is left, which is no address.
      parsed.address = close == std::string_view::npos
                           ? std::string_view()
                           : Trim(piece.substr(open + 1, close - open - 1));
    }
    if (!IsAddress(parsed.address)) {
      return Fail(ErrorCode::kInvalidArgument,
                  "\"{}\" is not a mail address, expected name@host or Name <name@host>",
                  piece);
    }
    addresses.push_back(std::move(parsed));
  }
  if (addresses.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "no mail address given");
  }
  return addresses;
}

std::string EncodeHeader(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  if (IsPlainAscii(line) && line.find("=?") == std::string::npos) {
    return line;
  }
  // An encoded word has at most 75 characters: 12 around, 4 for every 3 bytes.
  constexpr std::size_t kMaxBytes = 45;
  std::string encoded;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t length = WholeCodePoints(rest, kMaxBytes);
    encoded += encoded.empty() ? "" : "\r\n ";
    encoded += fmt::format("=?UTF-8?B?{}?=", EncodeBase64(rest.substr(0, length)));
    rest.remove_prefix(length);
  }
  return encoded;
}

std::string EncodeQuotedPrintable(std::string_view text) {
  constexpr std::size_t kMaxLine = 75;  // And the `=` that continues it.
  std::string out;
  std::size_t line_start = 0;
  while (!text.empty()) {
    if (const std::size_t length = LineEndLength(text); length > 0) {
      text.remove_prefix(length);
      out += kCrLf;
      line_start = out.size();
      continue;
    }
    const bool plain = BeginsPlain(text);
    if (out.size() - line_start + (plain ? 1 : 3) > kMaxLine) {
      out += "=\r\n";
      line_start = out.size();
    }
    if (plain) {
      out += text.front();
    } else {
      AppendHex(out, text.front());
    }
    text.remove_prefix(1);
  }
  return out;
}

std::string BuildMail(const MailParts& parts) {
  // `=_` cannot occur in a quoted-printable body.
  const std::string boundary = fmt::format("=_sidewatch_{:016x}", parts.id);
  std::string mail;
  for (const auto& [name, value] : parts.headers) {
    mail += fmt::format("{}: {}\r\n", name, value);
  }
  mail += fmt::format(
      "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n",
      boundary);
  AppendPart(mail, boundary, "text/plain", parts.text);
  AppendHtml(mail, boundary, parts);
  mail += fmt::format("--{}--\r\n", boundary);
  return mail;
}

}  // namespace sidewatch::alerts
