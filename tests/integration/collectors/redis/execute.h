#pragma once

#include <string>
#include <vector>

#include "collectors/redis/connection.h"

namespace sidewatch::redis {

/// Sends commands, words apart by spaces, to a server on loopback. Errors: also of the commands.
inline Status Execute(int port, const std::vector<std::string>& commands) {
  const scrape::RunContext run{
      .stop = {}, .deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10)};
  net::StreamTarget target;
  target.host = "127.0.0.1";
  target.port = port;
  SW_TRY_ASSIGN(Connection connection, Connection::Open(target, run));
  std::string request;
  for (const std::string& command : commands) {
    request += command + "\r\n";
  }
  std::vector<ReplyHandle> replies;
  SW_TRY(connection.Exchange(request, commands.size(), run, replies));
  for (const ReplyHandle& reply : replies) {
    if (reply->type == REDIS_REPLY_ERROR) {
      return Fail(ErrorCode::kProtocol, "{}", std::string_view(reply->str));
    }
  }
  return {};
}

}  // namespace sidewatch::redis
