#pragma once

#include <functional>

namespace sidewatch::backups {

/// How long a piece of work may go on: true once it must stop. Cheap; asked about each 64 KiB.
using Slice = std::function<bool()>;

}  // namespace sidewatch::backups
