#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace sidewatch::host {

/// Reads a file of /proc or /sys, up to 4 MiB. Errors: kNotFound, kPermissionDenied,
/// kUnavailable, naming the path.
Result<std::string> ReadText(const std::string& path);

/// As ReadText without white space at both ends. Nothing: not readable, or empty.
std::optional<std::string> ReadWord(const std::string& path);

/// Cuts the first line off `rest`.
std::string_view TakeLine(std::string_view& rest);

/// The words of a line, apart by spaces and tabs.
std::vector<std::string_view> Words(std::string_view line);

std::string_view Trim(std::string_view text);

/// Decimal, or hexadecimal after `0x`. Nothing: neither.
std::optional<double> ReadCount(std::string_view text);

/// Hexadecimal without a prefix.
std::optional<double> ReadHex(std::string_view text);

/// The entries of a folder, sorted; none if it cannot be read.
std::vector<std::string> ListFolder(const std::string& path);

}  // namespace sidewatch::host
