#pragma once

#include <cstdint>

namespace sidewatch {

/// A day of the Gregorian calendar, which is taken to go on for ever; std::chrono's years are 16
/// bits.
struct CivilDate {
  std::int64_t year = 1970;
  unsigned month = 1;
  unsigned day = 1;

  bool operator==(const CivilDate&) const = default;
};

/// `days` since 1970-01-01; at most 2^50 away.
CivilDate CivilDateOf(std::int64_t days);

/// Days since 1970-01-01.
std::int64_t DaysOf(const CivilDate& date);

}  // namespace sidewatch
