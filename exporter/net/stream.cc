#include "exporter/net/stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "exporter/base/unique_handle.h"
#include "exporter/net/channel.h"
#include "exporter/net/resolve.h"
#include "exporter/net/startup.h"

namespace sidewatch::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A stop is noticed within one of these.
constexpr milliseconds kSlice(100);

struct Limits {
  SteadyTime deadline;
  const std::stop_token& stop;
};

/// Waits until `fd` is ready for `events`.
Status WaitFor(int fd, short events, const Limits& limits) {
  while (true) {
    if (limits.stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    const auto left = std::chrono::ceil<milliseconds>(limits.deadline - steady_clock::now());
    if (left <= milliseconds(0)) {
      return Fail(ErrorCode::kDeadlineExceeded, "no answer in time");
    }
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min(left, kSlice).count()));
    if (ready > 0) {
      return {};
    }
    if (ready < 0 && errno != EINTR) {
      return Fail(ErrorCode::kInternal, "poll: {}", std::generic_category().message(errno));
    }
  }
}

/// Repeats a non-blocking step until it is through. Returns its bytes, 0 for a closed connection.
Result<std::size_t> Drive(int fd,
                          const Channel& channel,
                          const Limits& limits,
                          const std::function<IoStep()>& step) {
  while (true) {
    const IoStep came = step();
    switch (came.kind) {
      case IoStep::Kind::kDone:
        return came.bytes;
      case IoStep::Kind::kClosed:
        return std::size_t{0};
      case IoStep::Kind::kFailed:
        return Fail(ErrorCode::kUnavailable, "{}", channel.Problem());
      case IoStep::Kind::kWantRead:
      case IoStep::Kind::kWantWrite:
        break;
    }
    SW_TRY(WaitFor(fd, came.kind == IoStep::Kind::kWantRead ? POLLIN : POLLOUT, limits));
  }
}

class SocketStream final : public Stream {
 public:
  SocketStream(UniqueFd fd, const StreamTarget& target, std::string remote_address)
      : fd_(std::move(fd)),
        channel_(MakePlainChannel(fd_.get())),
        host_(target.host),
        peer_(target.ToString()),
        remote_address_(std::move(remote_address)) {}

  Status Write(std::string_view data, SteadyTime deadline, const std::stop_token& stop) override {
    const Limits limits{deadline, stop};
    while (!data.empty()) {
      const Result<std::size_t> sent =
          Drive(fd_.get(), *channel_, limits, [&] { return channel_->Write(data); });
      if (!sent.has_value()) {
        return FailWith(peer_, sent.error());
      }
      if (*sent == 0) {
        return Fail(ErrorCode::kUnavailable, "{}: connection closed by the peer", peer_);
      }
      data.remove_prefix(*sent);
    }
    return {};
  }

  Result<std::size_t> Read(std::span<char> buffer,
                           SteadyTime deadline,
                           const std::stop_token& stop) override {
    Result<std::size_t> got =
        Drive(fd_.get(), *channel_, {deadline, stop}, [&] { return channel_->Read(buffer); });
    if (!got.has_value()) {
      return FailWith(peer_, got.error());
    }
    return got;
  }

  Status StartTls(const TlsOptions& options,
                  SteadyTime deadline,
                  const std::stop_token& stop) override {
    SW_TRY_ASSIGN(std::unique_ptr<Channel> secured, MakeTlsChannel(fd_.get(), host_, options));
    const Result<std::size_t> done =
        Drive(fd_.get(), *secured, {deadline, stop}, [&] { return secured->Handshake(); });
    if (!done.has_value()) {
      return FailWith(peer_, done.error());
    }
    channel_ = std::move(secured);
    return {};
  }

  std::optional<TlsState> tls_state() const override { return channel_->tls_state(); }

  const std::string& remote_address() const override { return remote_address_; }

 private:
  UniqueFd fd_;
  std::unique_ptr<Channel> channel_;
  std::string host_;
  std::string peer_;
  std::string remote_address_;
};

Result<UniqueFd> ConnectTo(const SocketAddress& address, const Limits& limits) {
  UniqueFd fd(socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) {
    return Fail(ErrorCode::kUnavailable, "socket: {}", std::generic_category().message(errno));
  }
  int error = connect(fd.get(), address.get(), address.size) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    SW_TRY(WaitFor(fd.get(), POLLOUT, limits));
    socklen_t size = sizeof error;
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) {
    return Fail(ErrorCode::kUnavailable, "{}", std::generic_category().message(error));
  }
  const int on = 1;  // Requests are small and wait for their answer. Unix sockets refuse this.
  static_cast<void>(setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  return fd;
}

Result<SocketAddress> UnixAddress(const std::string& path) {
  sockaddr_un unix_address{};
  unix_address.sun_family = AF_UNIX;
  if (path.size() >= sizeof unix_address.sun_path) {
    return Fail(ErrorCode::kInvalidArgument,
                "unix socket path \"{}\" is longer than {} bytes",
                path,
                sizeof unix_address.sun_path - 1);
  }
  std::memcpy(&unix_address.sun_path, path.data(), path.size());
  SocketAddress address;
  address.size = sizeof unix_address;
  std::memcpy(&address.storage, &unix_address, sizeof unix_address);
  return address;
}

Result<std::vector<SocketAddress>> AddressesOf(const StreamTarget& target, const Limits& limits) {
  if (target.unix_path.empty()) {
    return Resolve(target, limits.deadline, limits.stop);
  }
  SW_TRY_ASSIGN(const SocketAddress address, UnixAddress(target.unix_path));
  return std::vector{address};
}

Result<std::unique_ptr<Stream>> ConnectPlain(const StreamTarget& target, const Limits& limits) {
  SW_TRY_ASSIGN(const std::vector<SocketAddress> addresses, AddressesOf(target, limits));
  Error last{ErrorCode::kUnresolvedHost, "no address"};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    // An address that swallows packets must leave time for the next.
    const auto now = steady_clock::now();
    const auto share = (limits.deadline - now) / static_cast<int>(addresses.size() - i);
    Result<UniqueFd> fd = ConnectTo(addresses[i], {now + share, limits.stop});
    if (fd.has_value()) {
      const bool is_unix = !target.unix_path.empty();
      return std::make_unique<SocketStream>(
          std::move(*fd), target, is_unix ? target.unix_path : addresses[i].ToString());
    }
    last = fd.error();
    if (last.code == ErrorCode::kCancelled) {
      break;
    }
  }
  return FailWith("connect to " + target.ToString(), last);
}

}  // namespace

std::string StreamTarget::ToString() const {
  if (!unix_path.empty()) {
    return unix_path;
  }
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<std::unique_ptr<Stream>> Stream::Connect(const StreamTarget& target,
                                                SteadyTime deadline,
                                                const std::stop_token& stop) {
  EnsureStarted();
  SW_TRY_ASSIGN(std::unique_ptr<Stream> stream, ConnectPlain(target, {deadline, stop}));
  if (target.tls) {
    SW_TRY(stream->StartTls(*target.tls, deadline, stop));
  }
  return stream;
}

}  // namespace sidewatch::net
