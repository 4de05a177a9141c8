#include "exporter/base/internet_date.h"

#include <array>

namespace sidewatch {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void AppendTwoDigits(std::string& out, unsigned number) {
  out.push_back(static_cast<char>('0' + number / 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

}  // namespace

// Every answer over HTTP has one: fmt would take longer than all the rest of its head.
std::string FormatInternetDate(TimePoint at, std::string_view zone) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  std::string text;
  text.append(kDays[std::chrono::weekday(day).c_encoding()]).append(", ");
  AppendTwoDigits(text, static_cast<unsigned>(date.day()));
  text.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
  AppendTwoDigits(text, year / 100);
  AppendTwoDigits(text, year % 100);
  text.append(" ");
  AppendTwoDigits(text, static_cast<unsigned>(time.hours().count()));
  text.append(":");
  AppendTwoDigits(text, static_cast<unsigned>(time.minutes().count()));
  text.append(":");
  AppendTwoDigits(text, static_cast<unsigned>(time.seconds().count()));
  return text.append(" ").append(zone);
}

}  // namespace sidewatch
