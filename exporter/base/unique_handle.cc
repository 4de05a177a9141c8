#include "exporter/base/unique_handle.h"

#include <unistd.h>

namespace sidewatch {

UniqueFd::~UniqueFd() {
  if (fd_ != kNone) {
    close(fd_);
  }
}

}  // namespace sidewatch
