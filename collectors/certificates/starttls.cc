#include "collectors/certificates/starttls.h"

#include <algorithm>
#include <array>

namespace sidewatch::certificates {

namespace {

using std::string_view_literals::operator""sv;

constexpr StartTlsStep kSmtp[] = {
    {"", "220"},
    {"EHLO sidewatch\r\n", "250", "STARTTLS"},
    {"STARTTLS\r\n", "220"},
};
constexpr StartTlsStep kImap[] = {
    {"", "* OK"},
    {"a1 STARTTLS\r\n", "a1 OK"},
};
constexpr StartTlsStep kPop3[] = {
    {"", "+OK"},
    {"STLS\r\n", "+OK"},
};
constexpr StartTlsStep kFtp[] = {
    {"", "220"},
    {"AUTH TLS\r\n", "234"},
};
// SSLRequest: https://www.postgresql.org/docs/current/protocol-message-formats.html
constexpr StartTlsStep kPostgres[] = {
    {"\0\0\0\x08\x04\xd2\x16\x2f"sv, "S"},
};

constexpr StartTls kProtocols[] = {
    {.name = "smtp", .steps = kSmtp},
    {.name = "imap", .steps = kImap},
    {.name = "pop3", .steps = kPop3},
    {.name = "ftp", .steps = kFtp},
    {.name = "postgres", .steps = kPostgres, .lines = false},
};

/// True once `text` ends with the last line of a reply; `250-` is followed by more.
bool IsWhole(std::string_view text) {
  if (!text.ends_with('\n')) {
    return false;
  }
  const std::size_t before = text.rfind('\n', text.size() - 2);
  const std::string_view last = text.substr(before == std::string_view::npos ? 0 : before + 1);
  constexpr std::size_t kCodeSize = 3;
  return last.size() <= kCodeSize || last[kCodeSize] != '-';
}

Result<std::string> ReadReply(const StartTls& protocol,
                              net::Stream& stream,
                              SteadyTime deadline,
                              const std::stop_token& stop) {
  constexpr std::size_t kMostBytes = 16384;
  std::array<char, 1024> buffer{};
  std::string text;
  do {
    SW_TRY_ASSIGN(const std::size_t size, stream.Read(buffer, deadline, stop));
    if (size == 0) {
      return Fail(ErrorCode::kProtocol, "the server hung up before TLS");
    }
    text.append(buffer.data(), size);
  } while (protocol.lines && !IsWhole(text) && text.size() < kMostBytes);
  return text;
}

}  // namespace

const StartTls* FindStartTls(std::string_view name) {
  const auto* const row =
      std::find_if(std::begin(kProtocols), std::end(kProtocols), [name](const StartTls& protocol) {
        return protocol.name == name;
      });
  return row == std::end(kProtocols) ? nullptr : row;
}

std::string StartTlsNames() {
  std::string names;
  for (const StartTls& protocol : kProtocols) {
    const bool last = &protocol == &kProtocols[std::size(kProtocols) - 1];
    names += names.empty() ? "" : (last ? " or " : ", ");
    names += protocol.name;
  }
  return names;
}

Status AskForTls(const StartTls& protocol,
                 net::Stream& stream,
                 SteadyTime deadline,
                 const std::stop_token& stop) {
  for (const StartTlsStep& step : protocol.steps) {
    SW_TRY(stream.Write(step.send, deadline, stop));
    SW_TRY_ASSIGN(const std::string reply, ReadReply(protocol, stream, deadline, stop));
    const bool good =
        reply.starts_with(step.expect) && reply.find(step.expect_inside) != std::string::npos;
    if (!good) {
      constexpr std::size_t kShown = 80;
      const std::string_view line = std::string_view(reply).substr(0, reply.find_first_of("\r\n"));
      return Fail(ErrorCode::kProtocol,
                  "the server does not offer TLS over {}: it answered \"{}\"",
                  protocol.name,
                  line.substr(0, kShown));
    }
  }
  return {};
}

}  // namespace sidewatch::certificates
