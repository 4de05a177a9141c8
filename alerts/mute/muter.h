#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/alert.h"
#include "exporter/base/clock.h"

namespace sidewatch::alerts {

/// Something that holds alerts back: silences, inhibitions, acknowledgements. Threads: safe.
class Muter {
 public:
  Muter() = default;
  Muter(const Muter&) = delete;
  Muter& operator=(const Muter&) = delete;
  virtual ~Muter() = default;

  /// Why, as metrics and the API name it: `inhibited`, `silenced`. A constant.
  virtual std::string_view reason() const = 0;

  /// Who holds `alert` back at `now`: silence ids, fingerprints of inhibiting alerts. Empty:
  /// nobody.
  virtual std::vector<std::string> MutedBy(const Alert& alert, TimePoint now) const = 0;
};

}  // namespace sidewatch::alerts
