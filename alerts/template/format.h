#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "alerts/template/value.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// Go's fmt package over template values. All take the number of bytes that they may write.
/// Errors: kLimitExceeded.
Result<std::string> Sprint(std::span<const Value> values, std::size_t limit);
Result<std::string> Sprintln(std::span<const Value> values, std::size_t limit);
Result<std::string> Sprintf(std::string_view format,
                            std::span<const Value> values,
                            std::size_t limit);

/// A float as Go's strconv.FormatFloat writes it; `precision` -1: the fewest digits that read back.
std::string FormatFloat(double value, char verb, int precision);

/// Appends a code point in UTF-8; what is none becomes U+FFFD.
void AppendUtf8(std::string& out, std::uint32_t code_point);

/// The code point at the front of `text` and the bytes that it takes; a bad byte is U+FFFD, 1.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

CodePoint DecodeUtf8(std::string_view text);

std::size_t CountCodePoints(std::string_view text);

/// `U+0041 'A'` as Go's %#U.
std::string DescribeCodePoint(std::uint32_t code_point);

}  // namespace sidewatch::alerts::templates
