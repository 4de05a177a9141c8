#include "tests/bench/tsdb/memory.h"

#include <malloc.h>

namespace sidewatch::bench {

std::size_t AllocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace sidewatch::bench
