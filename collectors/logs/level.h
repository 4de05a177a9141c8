#pragma once

#include <cstdint>
#include <string_view>

namespace sidewatch::logs {

/// How bad a line says that it is, in one vocabulary for all loggers.
enum class Level : std::uint8_t {
  kUnknown,
  kTrace,
  kDebug,
  kInfo,
  kNotice,
  kWarning,
  kError,
  kCritical,
  kFatal,
};

/// `unknown`, `trace`, `debug`, `info`, `notice`, `warning`, `error`, `critical`, `fatal`.
std::string_view LevelName(Level level);

/// The level that a word of any logger means, in any case: `warn`, `ERR`, `Information`, `emerg`.
Level ParseLevel(std::string_view word);

/// The level of a number as pino and bunyan write them: 10 (trace) to 60 (fatal).
Level LevelOfNumber(double number);

/// Finds the level in the head of a line of free text: a word in capitals (`ERROR`), in brackets
/// (`[error]`, `<warn>`), behind `level=`, or before a colon (`error: …`).
Level FindLevel(std::string_view line);

}  // namespace sidewatch::logs
