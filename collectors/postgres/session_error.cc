#include <algorithm>
#include <string>
#include <vector>

#include "collectors/postgres/session.h"

namespace sidewatch::postgres {

namespace {

struct StateCode {
  std::string_view prefix;
  ErrorCode code;
};

// By SQLSTATE or its class; the first that fits. PostgreSQL's documentation, appendix A.
constexpr StateCode kStateCodes[] = {
    {"28", ErrorCode::kPermissionDenied},     // invalid_authorization_specification
    {"42501", ErrorCode::kPermissionDenied},  // insufficient_privilege
    {"3D", ErrorCode::kNotFound},             // invalid_catalog_name: no such database
    {"42", ErrorCode::kNotFound},             // undefined table, column or function
    {"57014", ErrorCode::kDeadlineExceeded},  // query_canceled, by statement_timeout
    {"55P03", ErrorCode::kDeadlineExceeded},  // lock_not_available, by lock_timeout
    {"57P", ErrorCode::kUnavailable},         // shutting down, starting up
    {"53", ErrorCode::kUnavailable},          // out of connections, memory, disk
    {"08", ErrorCode::kUnavailable},          // connection lost
};

constexpr std::size_t kStateSize = 5;

bool IsState(std::string_view text) {
  return text.size() == kStateSize && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

/// Finds `28P01` in `…: FATAL:  28P01: password authentication failed`.
std::string_view FindState(std::string_view line) {
  constexpr std::string_view kBefore = ":  ";
  std::size_t at = line.find(kBefore);
  while (at != std::string_view::npos) {
    const std::string_view state = line.substr(at + kBefore.size(), kStateSize);
    const std::size_t after = at + kBefore.size() + kStateSize;
    if (IsState(state) && after < line.size() && line[after] == ':') {
      return state;
    }
    at = line.find(kBefore, at + 1);
  }
  return {};
}

/// The lines of a message besides those that tell the place in the server's source.
std::vector<std::string_view> UsefulLines(std::string_view message) {
  std::vector<std::string_view> lines;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    std::string_view line = message.substr(0, end);
    message.remove_prefix(std::min(end + 1, message.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.empty() && !line.starts_with("LOCATION:")) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

ErrorCode CodeOfSqlState(std::string_view state) {
  const auto* const found =
      std::find_if(std::begin(kStateCodes), std::end(kStateCodes), [state](const StateCode& row) {
        return state.starts_with(row.prefix);
      });
  return found == std::end(kStateCodes) ? ErrorCode::kProtocol : found->code;
}

Error ConnectError(std::string_view message, bool needs_password) {
  Error error{.code = ErrorCode::kUnavailable, .message = {}};
  for (const std::string_view line : UsefulLines(message)) {
    const std::string_view state = FindState(line);
    if (!state.empty()) {
      error.code = CodeOfSqlState(state);
    }
    error.message += error.message.empty() ? "" : "; ";
    error.message += line;
  }
  if (needs_password) {
    error.code = ErrorCode::kPermissionDenied;
  }
  return error;
}

}  // namespace sidewatch::postgres
