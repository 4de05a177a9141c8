#include "exporter/app/forget_start_pages.h"

#include <cstdint>
#include <span>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sidewatch::app {
namespace {

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

}  // namespace sidewatch::app
