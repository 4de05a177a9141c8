#pragma once

#include "alerts/model/flush.h"

namespace sidewatch::alerts {

/// One step that a flushed group takes before its integrations see it. Threads: safe.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;

  /// Takes away the alerts that must not be told now; with none left the group's way ends here.
  virtual void Run(GroupFlush& flush) const = 0;
};

}  // namespace sidewatch::alerts
