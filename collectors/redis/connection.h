#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include "exporter/base/result.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/stream.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::redis {

using ReplyHandle = UniqueHandle<redisReply, freeReplyObject>;

/// Appends a command as the server wants it: `*2\r\n$3\r\nGET\r\n$1\r\nk\r\n`.
void AppendCommand(std::string& out, std::span<const std::string_view> words);

/// A connection that speaks Redis' protocol.
///
/// Every call ends at the run's deadline and within 200 ms of a stop. Errors: of net::Stream;
/// kProtocol: what answers is not Redis; kLimitExceeded: replies of more than 64 MiB.
class Connection {
 public:
  static Result<Connection> Open(const net::StreamTarget& target, const scrape::RunContext& run);

  /// Sends `request`, which holds `count` commands, and appends their replies to `replies` as they
  /// come: after an error it holds those that did.
  Status Exchange(std::string_view request,
                  std::size_t count,
                  const scrape::RunContext& run,
                  std::vector<ReplyHandle>& replies);

 private:
  Connection(std::unique_ptr<net::Stream> stream, std::string place);

  Status TakeReplies(std::size_t count, std::vector<ReplyHandle>& replies);

  std::unique_ptr<net::Stream> stream_;
  UniqueHandle<redisReader, redisReaderFree> reader_;
  std::string place_;
};

}  // namespace sidewatch::redis
