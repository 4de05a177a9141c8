#include "tests/testkit/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"

extern char** environ;

namespace sidewatch::testkit {

namespace {

constexpr const char* kUser = "postgres";
constexpr std::chrono::seconds kStopTimeout{10};

bool IsRoot() {
  return geteuid() == 0;
}

/// What the process gets so that it does not outlive us, and is not root where that is refused.
std::vector<std::string> Wrapper(bool unprivileged) {
  std::vector<std::string> argv = {"setpriv", "--pdeathsig", "QUIT"};
  if (unprivileged && IsRoot()) {
    const std::string user = kUser;
    argv.insert(argv.end(), {"--reuid=" + user, "--regid=" + user, "--clear-groups"});
  }
  return argv;
}

}  // namespace

Result<ChildProcess> ChildProcess::Start(std::vector<std::string> argv,
                                         const std::string& log_path,
                                         bool unprivileged) {
  std::vector<std::string> all = Wrapper(unprivileged);
  all.insert(all.end(), argv.begin(), argv.end());
  std::vector<char*> raw;
  for (std::string& word : all) {
    raw.push_back(word.data());
  }
  raw.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = kNone;
  const int failure = posix_spawnp(&pid, raw[0], &actions, nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    return Fail(ErrorCode::kUnavailable, "cannot start {}: errno {}", argv.front(), failure);
  }
  return ChildProcess(pid);
}

Status ChildProcess::Wait(std::chrono::seconds timeout) {
  int state = 0;
  const bool ended = WaitUntil(timeout, [&] { return waitpid(pid_, &state, WNOHANG) == pid_; });
  if (!ended) {
    return Fail(ErrorCode::kDeadlineExceeded, "process {} did not end in time", pid_);
  }
  pid_ = kNone;
  if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) {
    return Fail(ErrorCode::kUnavailable, "process ended with state {}", state);
  }
  return {};
}

bool ChildProcess::Running() const {
  return pid_ != kNone && kill(pid_, 0) == 0;
}

void ChildProcess::Signal(int number) const {
  if (pid_ != kNone) {
    kill(pid_, number);
  }
}

void ChildProcess::Stop() {
  if (pid_ == kNone) {
    return;
  }
  kill(pid_, SIGCONT);
  kill(pid_, SIGINT);
  const Status ended = Wait(kStopTimeout);
  if (!ended && pid_ != kNone) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = kNone;
  }
}

TempFolder::TempFolder(bool unprivileged) : path_("/tmp/sidewatch-test-XXXXXX") {
  SW_CHECK(mkdtemp(path_.data()) != nullptr, "cannot make a folder in /tmp");
  if (unprivileged && IsRoot()) {
    const passwd* user = getpwnam(kUser);  // NOLINT(concurrency-mt-unsafe): one thread, in tests
    SW_CHECK(user != nullptr, "there is no user postgres");
    SW_CHECK(chown(path_.c_str(), user->pw_uid, user->pw_gid) == 0, "cannot chown the folder");
  }
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int FreePort() {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  SW_CHECK(bind(fd.get(), raw, size) == 0 && getsockname(fd.get(), raw, &size) == 0,
           "no free port on loopback");
  return ntohs(address.sin_port);
}

bool WaitUntil(std::chrono::seconds timeout, const std::function<bool()>& ready) {
  constexpr int kPauseMillis = 20;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!ready()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return false;
    }
    poll(nullptr, 0, kPauseMillis);
  }
  return true;
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace sidewatch::testkit
