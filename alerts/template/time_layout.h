#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sidewatch::alerts::templates {

/// The calendar fields of a time, both ways.
struct TimeFields {
  std::int64_t year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int32_t nanos = 0;
  int weekday = 0;
  int year_day = 1;
  int offset = 0;
  bool pm = false;
  bool pm_set = false;
  std::string zone = "UTC";
};

using WriteFn = std::string (*)(const TimeFields& fields);

/// Reads the front of `text` into `fields`; false: it is not there.
using ReadFn = bool (*)(std::string_view& text, TimeFields& fields);

/// A part of a layout that stands for a part of a time.
struct LayoutChunk {
  std::string_view text;
  WriteFn write;
  ReadFn read;
};

/// The chunk at the front of a layout; null: literal text stands there.
const LayoutChunk* FindChunk(std::string_view layout);

}  // namespace sidewatch::alerts::templates
