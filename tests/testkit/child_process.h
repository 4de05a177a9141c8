#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "exporter/base/result.h"

namespace sidewatch::testkit {

/// A real server's process. It gets SIGQUIT if this program dies, and is stopped by the destructor,
/// by force after ten seconds.
class ChildProcess {
 public:
  /// Starts `argv` with its output in `log_path`; as the user `postgres` if we are root, when
  /// `unprivileged`.
  static Result<ChildProcess> Start(std::vector<std::string> argv,
                                    const std::string& log_path,
                                    bool unprivileged);

  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, kNone)) {}

  ChildProcess& operator=(ChildProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  ~ChildProcess() { Stop(); }

  /// Waits for its end. Errors: an exit code other than 0, or not ended in time.
  Status Wait(std::chrono::seconds timeout);

  bool Running() const;

  void Signal(int number) const;

  void Stop();

 private:
  static constexpr pid_t kNone = -1;

  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = kNone;
};

/// A new folder below /tmp, deleted with the object; it belongs to `postgres` if we are root, when
/// `unprivileged`.
class TempFolder {
 public:
  explicit TempFolder(bool unprivileged);
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A loopback port that was free a moment ago.
int FreePort();

/// Calls `ready` every 20 ms until it is true. False: not within `timeout`.
bool WaitUntil(std::chrono::seconds timeout, const std::function<bool()>& ready);

std::string ReadWholeFile(const std::string& path);

}  // namespace sidewatch::testkit
