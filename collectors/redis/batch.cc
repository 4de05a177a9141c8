#include "collectors/redis/batch.h"

#include <span>

namespace sidewatch::redis {

std::size_t Batch::Add(int database, std::initializer_list<std::string_view> words) {
  if (database_ != database) {
    const std::string number = std::to_string(database);
    const std::string_view select[] = {"SELECT", number};
    AppendCommand(request_, select);
    database_ = database;
    select_ = sent_++;
  }
  AppendCommand(request_, std::span(words.begin(), words.size()));
  commands_.push_back({.select = select_, .reply = sent_++});
  return commands_.size() - 1;
}

Status Batch::Send(Connection& connection, const scrape::RunContext& run) {
  replies_.reserve(sent_);
  return connection.Exchange(request_, sent_, run, replies_);
}

const redisReply& Batch::Reply(std::size_t command) const {
  const Command& sent = commands_[command];
  // Behind a SELECT that failed a command has looked at another database.
  const redisReply& select = *replies_[sent.select];
  return select.type == REDIS_REPLY_ERROR ? select : *replies_[sent.reply];
}

}  // namespace sidewatch::redis
