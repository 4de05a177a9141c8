#pragma once

#include <memory>
#include <utility>

namespace sidewatch {

template <auto ReleaseFn>
struct ReleaseWith {
  template <typename T>
  void operator()(T* handle) const noexcept {
    ReleaseFn(handle);
  }
};

/// Owns a C library's handle: `UniqueHandle<PGconn, PQfinish>`.
template <typename T, auto ReleaseFn>
using UniqueHandle = std::unique_ptr<T, ReleaseWith<ReleaseFn>>;

/// Owns a file descriptor; closes it on destruction.
class UniqueFd {
 public:
  UniqueFd() = default;

  explicit UniqueFd(int fd) : fd_(fd) {}

  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, kNone)) {}

  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd();

  int get() const { return fd_; }

  bool valid() const { return fd_ != kNone; }

 private:
  static constexpr int kNone = -1;
  int fd_ = kNone;
};

}  // namespace sidewatch
