#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/redis/connection.h"

namespace sidewatch::redis {

/// Commands that go out together, each in its own database.
class Batch {
 public:
  /// Returns the number of the command.
  std::size_t Add(int database, std::initializer_list<std::string_view> words);

  bool empty() const { return commands_.empty(); }

  /// Errors: Connection's; then the connection is of no use any more.
  Status Send(Connection& connection, const scrape::RunContext& run);

  /// After Send. If the database could not be selected: that error.
  const redisReply& Reply(std::size_t command) const;

 private:
  struct Command {
    std::size_t select = 0;  ///< The reply of the SELECT that it stands behind.
    std::size_t reply = 0;
  };

  std::string request_;
  std::vector<Command> commands_;
  std::optional<int> database_;
  std::size_t select_ = 0;
  std::size_t sent_ = 0;
  std::vector<ReplyHandle> replies_;
};

}  // namespace sidewatch::redis
