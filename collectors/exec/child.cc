#include "collectors/exec/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch::exec {
namespace {

constexpr std::size_t kMaxErrorBytes = 4096;
constexpr auto kStopCheck = std::chrono::milliseconds(100);
constexpr int kSignalBase = 128;  // As a shell tells that a signal ended a program.

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Result<Pipe> OpenPipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    return Fail(ErrorCode::kLimitExceeded, "no pipe: {}", std::generic_category().message(errno));
  }
  // Only our end must not wait.
  fcntl(ends[1], F_SETFL, 0);
  return Pipe{.read_end = UniqueFd(ends[0]), .write_end = UniqueFd(ends[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// How the child begins: its own group, no signal blocked or ignored, three descriptors.
class SpawnSettings {
 public:
  SpawnSettings(int out, int err) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }

  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  ~SpawnSettings() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  const posix_spawnattr_t* attributes() const { return &attributes_; }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

/// A running child. Its group is killed and it is waited for when this goes.
class Group {
 public:
  explicit Group(pid_t leader)
      : leader_(leader), ended_(static_cast<int>(syscall(SYS_pidfd_open, leader, 0))) {}

  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  ~Group() { End(); }

  /// Readable once the leader has ended; -1 where the kernel cannot tell.
  int ended() const { return ended_.get(); }

  /// The exit code of the leader; kills what still runs.
  int End() {
    if (leader_ == 0) {
      return code_;
    }
    // The leader is not waited for yet, so that its number is still its own.
    kill(-leader_, SIGKILL);
    int status = 0;
    while (waitpid(leader_, &status, 0) < 0 && errno == EINTR) {
    }
    leader_ = 0;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
    return code_;
  }

 private:
  pid_t leader_;
  UniqueFd ended_;
  int code_ = 0;
};

/// Takes what is there now. False: the other end is closed.
bool Drain(int fd, std::string& out, std::size_t limit) {
  std::array<char, 16384> piece{};
  while (out.size() <= limit) {
    const ssize_t got = read(fd, piece.data(), piece.size());
    if (got > 0) {
      out.append(piece.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      return got != 0 && errno == EAGAIN;
    }
  }
  return true;
}

/// As Drain; what is over the limit is dropped.
bool DrainErrors(int fd, std::string& out) {
  std::string more;
  const bool open = Drain(fd, more, kMaxErrorBytes);
  out += more.substr(0, kMaxErrorBytes - std::min(out.size(), kMaxErrorBytes));
  return open;
}

/// What a child says, and the end that its time has.
struct Watch {
  Pipe& out;
  Pipe& err;
  const Group& group;
  std::size_t limit;
  SteadyTime deadline;
  const std::stop_token& stop;
};

Status CheckTime(const Watch& watch) {
  if (watch.stop.stop_requested()) {
    return Fail(ErrorCode::kCancelled, "stopped");
  }
  if (std::chrono::steady_clock::now() >= watch.deadline) {
    return Fail(ErrorCode::kDeadlineExceeded, "did not end in time and was killed");
  }
  return {};
}

Status ReadToEnd(const Watch& watch, ChildResult& result) {
  bool out_open = true;
  bool err_open = true;
  bool ended = false;
  while (!ended && (out_open || err_open || watch.group.ended() >= 0)) {
    SW_TRY(CheckTime(watch));
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        watch.deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 3> polled = {
        pollfd{out_open ? watch.out.read_end.get() : -1, POLLIN, 0},
        pollfd{err_open ? watch.err.read_end.get() : -1, POLLIN, 0},
        pollfd{watch.group.ended(), POLLIN, 0},
    };
    const auto patience =
        std::clamp(left, std::chrono::milliseconds(1), std::chrono::milliseconds(kStopCheck));
    poll(polled.data(), polled.size(), static_cast<int>(patience.count()));
    ended = polled[2].revents != 0;
    out_open = out_open && Drain(watch.out.read_end.get(), result.output, watch.limit);
    err_open = err_open && DrainErrors(watch.err.read_end.get(), result.errors);
    if (result.output.size() > watch.limit) {
      return Fail(
          ErrorCode::kLimitExceeded, "wrote more than {} bytes and was killed", watch.limit);
    }
  }
  return {};
}

tl::unexpected<Error> FailedStart(int error, const std::string& program) {
  if (error == ENOEXEC) {
    return Fail(ErrorCode::kInvalidArgument,
                "{} is nothing that the system can start: a script begins with a line such as "
                "#!/bin/sh",
                program);
  }
  return Fail(error == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound,
              "{} cannot be started: {}",
              program,
              std::generic_category().message(error));
}

}  // namespace

Result<ChildResult> RunChild(const ChildCommand& command,
                             SteadyTime deadline,
                             const std::stop_token& stop) {
  SW_TRY_ASSIGN(Pipe out, OpenPipe());
  SW_TRY_ASSIGN(Pipe err, OpenPipe());
  std::vector<std::string> words = command.argv;
  std::vector<std::string> variables = command.environment;
  const SpawnSettings settings(out.write_end.get(), err.write_end.get());
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid,
                                  words.front().c_str(),
                                  settings.actions(),
                                  settings.attributes(),
                                  Pointers(words).data(),
                                  Pointers(variables).data());
  if (failed != 0) {
    return FailedStart(failed, command.argv.front());
  }
  Group group(pid);
  out.write_end = UniqueFd();
  err.write_end = UniqueFd();
  ChildResult result;
  const Watch watch{.out = out,
                    .err = err,
                    .group = group,
                    .limit = command.max_output_bytes,
                    .deadline = deadline,
                    .stop = stop};
  if (const Status read = ReadToEnd(watch, result); !read) {
    return FailWith(command.argv.front(), read.error());
  }
  result.exit_code = group.End();
  return result;
}

}  // namespace sidewatch::exec
