#include "exporter/base/duration.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace sidewatch {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t milliseconds;
  bool must_divide;  ///< Written only if it divides the whole rest: `8d` stays `8d`, never `1w1d`.
};

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kDay = 24 * 60 * 60 * kSecond;
// Upstream's durations are 64-bit nanoseconds; a longer one must be refused, not truncated.
constexpr std::int64_t kMaxMillis = std::numeric_limits<std::int64_t>::max() / 1'000'000;

// Largest first; "ms" stands behind "m" in the order of the grammar but must be tried before it.
constexpr std::array kUnits = {
    Unit{"y", 365 * kDay, true},
    Unit{"w", 7 * kDay, true},
    Unit{"d", kDay, false},
    Unit{"h", 60 * 60 * kSecond, false},
    Unit{"m", 60 * kSecond, false},
    Unit{"s", kSecond, false},
    Unit{"ms", 1, false},
};

std::string_view UnitText(std::string_view text) {
  return text.substr(0, text.find_first_of("0123456789"));
}

const Unit* FindUnit(std::string_view suffix) {
  for (const Unit& unit : kUnits) {
    if (unit.suffix == suffix) {
      return &unit;
    }
  }
  return nullptr;
}

/// One number with its unit.
struct Part {
  std::int64_t count = 0;
  const Unit* unit = nullptr;
};

/// Takes a part off the front of `rest`; `text` is the whole, for messages.
Result<Part> TakePart(std::string_view& rest, std::string_view text) {
  Part part;
  const auto [end, status] = std::from_chars(rest.data(), rest.data() + rest.size(), part.count);
  if (status == std::errc::result_out_of_range) {
    return Fail(ErrorCode::kInvalidArgument, "duration out of range");
  }
  if (status != std::errc{} || rest.front() == '-') {
    return Fail(ErrorCode::kInvalidArgument, "not a valid duration string: \"{}\"", text);
  }
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  const std::string_view suffix = UnitText(rest);
  part.unit = FindUnit(suffix);
  if (part.unit == nullptr && !suffix.empty()) {
    return Fail(
        ErrorCode::kInvalidArgument, "unknown unit \"{}\" in duration \"{}\"", suffix, text);
  }
  if (part.unit == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "not a valid duration string: \"{}\"", text);
  }
  rest.remove_prefix(part.unit->suffix.size());
  return part;
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "empty duration string");
  }
  if (text == "0") {
    return Duration(0);
  }
  std::int64_t total = 0;
  std::int64_t previous_unit = std::numeric_limits<std::int64_t>::max();
  std::string_view rest = text;
  while (!rest.empty()) {
    SW_TRY_ASSIGN(Part part, TakePart(rest, text));
    if (part.unit->milliseconds >= previous_unit) {
      return Fail(ErrorCode::kInvalidArgument, "not a valid duration string: \"{}\"", text);
    }
    if (__builtin_mul_overflow(part.count, part.unit->milliseconds, &part.count) ||
        __builtin_add_overflow(total, part.count, &total) || total > kMaxMillis) {
      return Fail(ErrorCode::kInvalidArgument, "duration out of range");
    }
    previous_unit = part.unit->milliseconds;
  }
  return Duration(total);
}

std::string FormatDuration(Duration duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) {
    return "0s";
  }
  std::string text;
  if (rest < 0) {
    text = "-";
    rest = -rest;
  }
  for (const Unit& unit : kUnits) {
    if (unit.must_divide && rest % unit.milliseconds != 0) {
      continue;
    }
    if (const std::int64_t count = rest / unit.milliseconds; count > 0) {
      text += fmt::format("{}{}", count, unit.suffix);
      rest -= count * unit.milliseconds;
    }
  }
  return text;
}

}  // namespace sidewatch
