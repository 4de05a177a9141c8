#include <cerrno>
#include <system_error>

#include <sys/socket.h>

#include "exporter/net/channel.h"

namespace sidewatch::net {

namespace {

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(int fd) : fd_(fd) {}

  IoStep Handshake() override { return {}; }

  IoStep Read(std::span<char> buffer) override {
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    if (got == 0) {
      return {IoStep::Kind::kClosed};
    }
    return StepOf(got, IoStep::Kind::kWantRead);
  }

  IoStep Write(std::string_view data) override {
    return StepOf(send(fd_, data.data(), data.size(), MSG_NOSIGNAL), IoStep::Kind::kWantWrite);
  }

  std::string Problem() const override { return std::generic_category().message(error_); }

  std::optional<TlsState> tls_state() const override { return std::nullopt; }

 private:
  IoStep StepOf(ssize_t result, IoStep::Kind wanted) {
    if (result >= 0) {
      return {IoStep::Kind::kDone, static_cast<std::size_t>(result)};
    }
    error_ = errno;
    const bool later = error_ == EAGAIN || error_ == EINTR;
    return {later ? wanted : IoStep::Kind::kFailed};
  }

  int fd_;
  int error_ = 0;
};

}  // namespace

std::unique_ptr<Channel> MakePlainChannel(int fd) {
  return std::make_unique<PlainChannel>(fd);
}

}  // namespace sidewatch::net
