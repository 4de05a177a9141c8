#include "exporter/app/transcript.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include <fmt/format.h>

namespace sidewatch::app {
namespace {

using net::TraceKind;

constexpr std::string_view kSecret = "<secret>";
constexpr std::size_t kMaxLine = 400;

/// By TraceKind.
constexpr std::array<std::string_view, 5> kMarks = {"* ", "> ", "< ", "> ", "< "};

/// What libcurl notes is shown only if it begins so: other notes repeat headers and URLs.
constexpr std::string_view kHarmless[] = {"Trying ",
                                          "Connected to ",
                                          "connect to ",
                                          "Failed to connect",
                                          "Could not resolve",
                                          "SSL connection using",
                                          "SSL certificate",
                                          "subject:",
                                          "issuer:",
                                          "expire date:",
                                          "ALPN",
                                          "Connection refused",
                                          "Operation timed out"};

constexpr std::string_view kSecretReceived[] = {"set-cookie", "location"};

/// Any other header that is sent may be one of `http_headers`, whose value may be a secret.
constexpr std::string_view kPublicSent[] = {"host",
                                            "user-agent",
                                            "accept",
                                            "accept-encoding",
                                            "connection",
                                            "content-length",
                                            "content-type"};

constexpr std::string_view kSecretKeys[] = {"\"routing_key\":\"", "\"service_key\":\""};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(
      lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool IsAmong(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, Lower(name)) != names.end();
}

std::string WithoutValue(std::string_view name) {
  return fmt::format("{}: {}", name, kSecret);
}

std::string MaskReceived(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  return IsAmong(kSecretReceived, name) ? WithoutValue(name) : std::string(line);
}

/// A line with a blank before its colon is a command of SMTP.
std::string MaskSentHeader(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  const bool is_header = name.size() < line.size() && name.find(' ') == std::string_view::npos;
  return is_header && !IsAmong(kPublicSent, name) ? WithoutValue(name) : std::string(line);
}

/// `"routing_key":"…"` and the like without their values.
std::string MaskKeys(std::string_view json) {
  std::string masked(json);
  for (const std::string_view key : kSecretKeys) {
    for (std::size_t at = masked.find(key); at != std::string::npos; at = masked.find(key, at)) {
      at += key.size();
      const std::size_t end = masked.find('"', at);
      masked.replace(at, end == std::string::npos ? end : end - at, kSecret);
    }
  }
  return masked;
}

/// At most kMaxLine bytes, whole characters.
std::string_view Head(std::string_view line) {
  std::size_t end = kMaxLine;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return line.substr(0, end);
}

bool IsHarmless(std::string_view note) {
  return std::ranges::any_of(kHarmless,
                             [&](std::string_view begin) { return note.starts_with(begin); });
}

}  // namespace

void Transcript::Add(TraceKind kind, std::string_view piece) {
  if (kind != kind_) {
    Flush();
    kind_ = kind;
  }
  text_ += piece;
}

void Transcript::Flush() {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    AddLine(line);
  }
  text_.clear();
}

void Transcript::AddLine(std::string_view line) {
  std::string shown;
  switch (kind_) {
    case TraceKind::kNote:
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      if (!IsHarmless(line)) {
        return;
      }
      shown = line;
      break;
    case TraceKind::kSent:
      shown = MaskSent(line);
      break;
    case TraceKind::kReceived:
      // "Go on" with the next piece of the login.
      in_login_ = line.starts_with("334");
      shown = MaskReceived(line);
      break;
    case TraceKind::kSentBody:
    case TraceKind::kReceivedBody:
      shown = MaskKeys(line);
      break;
  }
  if (shown.size() > kMaxLine) {
    shown = fmt::format("{}… ({} bytes)", Head(shown), shown.size());
  }
  write_(fmt::format("{}{}", kMarks[static_cast<std::size_t>(kind_)], shown));
}

std::string Transcript::MaskSent(std::string_view line) {
  constexpr std::string_view kAuth = "AUTH ";
  if (in_login_) {
    in_login_ = false;
    return std::string(kSecret);
  }
  if (line.starts_with(kAuth)) {
    const std::size_t end = line.find(' ', kAuth.size());
    return end == std::string_view::npos ? std::string(line)
                                         : fmt::format("{} {}", line.substr(0, end), kSecret);
  }
  // The path of a webhook is a password.
  const std::size_t path = line.find(" /");
  const std::size_t version = line.rfind(" HTTP/");
  if (path != std::string_view::npos && version != std::string_view::npos && path < version) {
    return fmt::format("{} /{}{}", line.substr(0, path), kSecret, line.substr(version));
  }
  return MaskSentHeader(line);
}

}  // namespace sidewatch::app
