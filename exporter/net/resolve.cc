#include "exporter/net/resolve.h"

#include <cstring>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>

#include "exporter/base/mutex.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::net {

namespace {

using AddressList = UniqueHandle<addrinfo, freeaddrinfo>;
using Addresses = std::vector<SocketAddress>;

int FamilyOf(AddressFamily family) {
  switch (family) {
    case AddressFamily::kIpv4:
      return AF_INET;
    case AddressFamily::kIpv6:
      return AF_INET6;
    case AddressFamily::kAny:
      break;
  }
  return AF_UNSPEC;
}

Result<Addresses> LookUp(const StreamTarget& target, int flags) {
  addrinfo hints{};
  hints.ai_family = FamilyOf(target.family);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(target.port);
  const int error = getaddrinfo(target.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    return Fail(ErrorCode::kUnresolvedHost,
                "cannot resolve host \"{}\": {}",
                target.host,
                gai_strerror(error));
  }
  const AddressList list(found);
  Addresses addresses;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    address.size = entry->ai_addrlen;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
  }
  return addresses;
}

/// Where the resolver's thread leaves its answer; outlives whichever of the two ends first.
struct Pending {
  Waker done;
  Mutex mutex;
  std::optional<Result<Addresses>> answer SW_GUARDED_BY(mutex);

  std::optional<Result<Addresses>> Take() {
    const MutexLock lock(mutex);
    return std::exchange(answer, std::nullopt);
  }
};

}  // namespace

std::string SocketAddress::ToString() const {
  char text[INET6_ADDRSTRLEN] = {};
  const void* bytes =
      storage.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr)
          : &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr;
  inet_ntop(storage.ss_family, bytes, text, sizeof text);
  return text;
}

Result<Addresses> Resolve(const StreamTarget& target,
                          SteadyTime deadline,
                          const std::stop_token& stop) {
  Result<Addresses> numeric = LookUp(target, AI_NUMERICHOST);
  if (numeric.has_value()) {
    return numeric;
  }
  const auto pending = std::make_shared<Pending>();
  std::thread([pending, target] {
    Result<Addresses> answer = LookUp(target, AI_ADDRCONFIG);
    {
      const MutexLock lock(pending->mutex);
      pending->answer = std::move(answer);
    }
    pending->done.Wake();
  }).detach();
  pending->done.WaitUntil(stop, deadline);
  if (std::optional<Result<Addresses>> answer = pending->Take()) {
    return std::move(*answer);
  }
  if (stop.stop_requested()) {
    return Fail(ErrorCode::kCancelled, "stopped while resolving host \"{}\"", target.host);
  }
  return Fail(ErrorCode::kDeadlineExceeded, "resolving host \"{}\" took too long", target.host);
}

}  // namespace sidewatch::net
