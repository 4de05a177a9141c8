#include "exporter/app/run.h"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <span>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

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

int ForgetObject(dl_phdr_info* object, std::size_t /*size*/, void* /*none*/) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (const ElfW(Phdr) & segment : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
    // What may be written to holds relocated addresses, which are in no file.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) {
      continue;
    }
    const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
    const std::uintptr_t first = begin / page * page;
    // Refused, it stays as it is. NOLINTNEXTLINE(performance-no-int-to-ptr): ELF tells addresses as
    // numbers.
    madvise(reinterpret_cast<void*>(first), begin + segment.p_memsz - first, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void ForgetStartPages() {
  dl_iterate_phdr(ForgetObject, nullptr);
}

Status Run(const RunFlags& flags) {
  const Signals signals;
  static const SystemClock kClock;  // Outlives a collector that hangs at the end.
  const Logger log(std::make_shared<StderrSink>(), flags.log_level, flags.log_format, kClock);
  log.Info("starting", {{"version", kVersion}, {"revision", kRevision}});
  SW_TRY_ASSIGN(std::unique_ptr<Program> program, Program::Start(flags, kClock, log));
  log.Info("ready");
  ForgetStartPages();
  SteadyTime clean_at = kClock.Steady();
  for (int signal = 0; signal != SIGTERM && signal != SIGINT; signal = signals.Wait(kLook)) {
    if (signal == SIGHUP) {
      // The old configuration stays in use, and the log says why.
      [[maybe_unused]] const Status reloaded = program->Reload();
    }
    program->FollowDiscovery();
    if (kClock.Steady() >= clean_at) {
      program->CleanUp();
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
