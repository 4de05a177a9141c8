#include "collectors/redis/connection.h"

#include <array>

#include <fmt/format.h>

namespace sidewatch::redis {

void AppendCommand(std::string& out, std::span<const std::string_view> words) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", words.size());
  for (const std::string_view word : words) {
    fmt::format_to(std::back_inserter(out), "${}\r\n{}\r\n", word.size(), word);
  }
}

Connection::Connection(std::unique_ptr<net::Stream> stream, std::string place)
    : stream_(std::move(stream)), reader_(redisReaderCreate()), place_(std::move(place)) {}

Result<Connection> Connection::Open(const net::StreamTarget& target,
                                    const scrape::RunContext& run) {
  SW_TRY_ASSIGN(std::unique_ptr<net::Stream> stream,
                net::Stream::Connect(target, run.deadline, run.stop));
  return Connection(std::move(stream), target.ToString());
}

Status Connection::TakeReplies(std::size_t count, std::vector<ReplyHandle>& replies) {
  while (replies.size() < count) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
      return Fail(ErrorCode::kProtocol,
                  "{} does not speak Redis' protocol: {}",
                  place_,
                  std::string_view(reader_->errstr));
    }
    if (raw == nullptr) {
      return {};
    }
    replies.emplace_back(static_cast<redisReply*>(raw));
  }
  return {};
}

Status Connection::Exchange(std::string_view request,
                            std::size_t count,
                            const scrape::RunContext& run,
                            std::vector<ReplyHandle>& replies) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  std::array<char, 16384> buffer{};
  SW_TRY(stream_->Write(request, run.deadline, run.stop));
  std::size_t total = 0;
  while (replies.size() < count) {
    SW_TRY_ASSIGN(const std::size_t size, stream_->Read(buffer, run.deadline, run.stop));
    if (size == 0) {
      return Fail(ErrorCode::kUnavailable, "{} closed the connection", place_);
    }
    total += size;
    if (total > kMostBytes) {
      return Fail(ErrorCode::kLimitExceeded, "{} sent more than 64 MiB", place_);
    }
    if (redisReaderFeed(reader_.get(), buffer.data(), size) != REDIS_OK) {
      return Fail(ErrorCode::kProtocol, "cannot keep the reply of {}", place_);
    }
    SW_TRY(TakeReplies(count, replies));
  }
  return {};
}

}  // namespace sidewatch::redis
