#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exporter/promql/rows.h"

namespace sidewatch::promql {

/// For each group and step: whether any row of the group is present.
class StepMasks {
 public:
  StepMasks(std::size_t groups, std::size_t steps) : steps_(steps), masks_(groups * steps) {}

  void Add(std::size_t group, RowView row) {
    for (std::size_t step = 0; step < steps_; ++step) {
      masks_[group * steps_ + step] |= row.present[step];
    }
  }

  std::span<const std::uint8_t> Of(std::size_t group) const {
    return std::span(masks_).subspan(group * steps_, steps_);
  }

 private:
  std::size_t steps_;
  std::vector<std::uint8_t> masks_;
};

}  // namespace sidewatch::promql
