#pragma once

namespace sidewatch {

/// Logs `BUG: file:line: condition: message` to stderr and aborts.
[[noreturn]] void BugFound(const char* file, int line, const char* condition, const char* message);

}  // namespace sidewatch

/// For what only our own mistake can break; never for anything from outside.
#define SW_CHECK(condition, message)                                    \
  do {                                                                  \
    if (!(condition)) {                                                 \
      ::sidewatch::BugFound(__FILE__, __LINE__, #condition, (message)); \
    }                                                                   \
  } while (false)
