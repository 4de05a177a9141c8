// Years begin in March here, so that a leap day is a year's last. Then a month's first day is a
// linear function of the month, rounded down, and 400 years are always as long.

#include "exporter/base/civil_date.h"

namespace sidewatch {
namespace {

constexpr std::int64_t kDaysOf400Years = 146'097;
constexpr std::int64_t kFirstOfMarch = 719'468;  // From 0000-03-01 to 1970-01-01.

std::int64_t FloorOfDivision(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Days before month `month`, March is 0, in its year.
std::int64_t DaysBefore(std::int64_t month) {
  return (153 * month + 2) / 5;
}

}  // namespace

CivilDate CivilDateOf(std::int64_t days) {
  const std::int64_t era = FloorOfDivision(days + kFirstOfMarch, kDaysOf400Years);
  const std::int64_t day_of_era = days + kFirstOfMarch - era * kDaysOf400Years;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  return {.year = era * 400 + year_of_era + (month >= 10 ? 1 : 0),
          .month = static_cast<unsigned>(month < 10 ? month + 3 : month - 9),
          .day = static_cast<unsigned>(day_of_year - DaysBefore(month) + 1)};
}

std::int64_t DaysOf(const CivilDate& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = FloorOfDivision(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_era =
      365 * year_of_era + year_of_era / 4 - year_of_era / 100 + DaysBefore(month) + date.day - 1;
  return era * kDaysOf400Years + day_of_era - kFirstOfMarch;
}

}  // namespace sidewatch
