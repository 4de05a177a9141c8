#pragma once

#include <string>
#include <string_view>

#include "collectors/logs/level.h"

namespace sidewatch::logs {

/// What a line tells, as far as its format says. Texts are parts of the line or of `scratch`.
struct Record {
  static constexpr double kAbsent = -1;

  Level level = Level::kUnknown;
  bool access = false;       ///< A web server's access log: its text is written by strangers.
  std::string_view message;  ///< The whole line where the format has no such part.
  std::string_view method;
  std::string_view path;
  int status = 0;  ///< 0: none.
  std::string_view user;
  std::string_view address;
  double seconds = kAbsent;  ///< How long the request took.
  double bytes = kAbsent;    ///< What the request carried.
  std::string scratch;       ///< Of texts with escapes.

  /// Makes it ready for the next line.
  void Clear() {
    scratch.clear();
    level = Level::kUnknown;
    access = false;
    message = method = path = user = address = {};
    status = 0;
    seconds = bytes = kAbsent;
  }
};

}  // namespace sidewatch::logs
