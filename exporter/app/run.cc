#include "exporter/app/run.h"

#include <csignal>
#include <cstdlib>
#include <ctime>

#include <malloc.h>

#include "exporter/app/forget_start_pages.h"
#include "exporter/app/program.h"
#include "exporter/app/version.h"

namespace sidewatch::app {
namespace {

/// Signals are blocked in every thread and taken one by one by the main thread, so that nothing
/// runs in a handler.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
      sigaddset(&set_, signal);
    }
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A client that goes away in the middle of an answer is an error of that write, not the end of
    // the program. NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast): the macro has the cast
    // in it.
    std::signal(SIGPIPE, SIG_IGN);
  }

  /// The next signal, or 0 after `patience`.
  int Wait(std::chrono::seconds patience) const {
    const timespec timeout{.tv_sec = patience.count(), .tv_nsec = 0};
    const int signal = sigtimedwait(&set_, nullptr, &timeout);
    return signal > 0 ? signal : 0;
  }

 private:
  sigset_t set_{};
};

constexpr std::chrono::seconds kLook(5);  // For changed files of discovery.
constexpr Duration kCleaningInterval = std::chrono::minutes(1);

// The first cleaning is at once. A minute later the first collections are over, which read what no
// later one does: handshakes, catalogues, whole logs.
constexpr int kSettled = 2;

// Some thirty threads collect now and then and are idle in between. By default glibc gives each of
// the first sixteen an arena of its own (on two cores), and what one has freed no other can use.
constexpr int kArenas = 2;

}  // namespace

Status Run(const RunFlags& flags) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread yet.
  mallopt(M_ARENA_MAX, kArenas);
  const Signals signals;
  static const SystemClock kClock;  // Outlives a collector that hangs at the end.
  const Logger log(std::make_shared<StderrSink>(), flags.log_level, flags.log_format, kClock);
  log.Info("starting", {{"version", kVersion}, {"revision", kRevision}});
  SW_TRY_ASSIGN(std::unique_ptr<Program> program, Program::Start(flags, kClock, log));
  log.Info("ready");
  ForgetStartPages();
  SteadyTime clean_at = kClock.Steady();
  int cleanings = 0;
  for (int signal = 0; signal != SIGTERM && signal != SIGINT; signal = signals.Wait(kLook)) {
    if (signal == SIGHUP) {
      // The old configuration stays in use, and the log says why.
      [[maybe_unused]] const Status reloaded = program->Reload();
    }
    program->FollowDiscovery();
    if (kClock.Steady() >= clean_at) {
      program->CleanUp();
      if (++cleanings == kSettled) {
        ForgetStartPages();
      }
      clean_at = kClock.Steady() + kCleaningInterval;
    }
  }
  log.Info("stopping");
  if (!program->Stop()) {
    log.Warn("a collector hangs, its thread is abandoned");
    std::_Exit(EXIT_SUCCESS);
  }
  return {};
}

}  // namespace sidewatch::app
