#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "collectors/logs/record.h"

namespace sidewatch::logs {

/// One way to write log lines.
struct Format {
  std::string_view name;

  /// Reads a line into a clear `record`. False: the line is not of this format; `record` is then to
  /// be cleared.
  bool (*parse)(std::string_view line, Record& record);
};

/// `combined`, `json`, `logfmt`, `python`, `plain`, in the order in which `auto` asks them.
std::span<const Format> Formats();

/// Null: no format of that name.
const Format* FindFormat(std::string_view name);

/// The format of most of the first lines; `plain` for lines of no other. Null: `head` holds no
/// whole line yet.
const Format* DetectFormat(std::string_view head);

/// Reads `line` by `format`, or as plain text if it is of another.
void ParseLine(const Format& format, std::string_view line, Record& record);

bool ParseCombined(std::string_view line, Record& record);
bool ParseJson(std::string_view line, Record& record);
bool ParseLogfmt(std::string_view line, Record& record);
bool ParsePython(std::string_view line, Record& record);
bool ParsePlain(std::string_view line, Record& record);

/// Finds `"GET /path HTTP/1.1" 404` in free text, as application servers write it.
void FindRequest(std::string_view line, Record& record);

}  // namespace sidewatch::logs
