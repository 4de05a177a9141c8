#pragma once

#include <span>
#include <string>

#include "alerts/template/call_context.h"
#include "alerts/template/value.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

// What the functions of rule files and of notification templates share.

/// A number from any number, or from a text that reads as one.
/// Errors: kInvalidArgument `strconv.ParseFloat: parsing "one": invalid syntax`, `can't convert …`.
Result<double> ToFloat(const Value& value);

/// `1d 2h 3m 4s`, `1.234s`, `120ms`.
std::string HumanizeDuration(double seconds);

Result<Value> CallHumanizeDuration(CallContext& context, std::span<const Value> args);
Result<Value> CallMatch(CallContext& context, std::span<const Value> args);
Result<Value> CallReplaceAll(CallContext& context, std::span<const Value> args);
Result<Value> CallToUpper(CallContext& context, std::span<const Value> args);
Result<Value> CallToLower(CallContext& context, std::span<const Value> args);
Result<Value> CallSafeHtml(CallContext& context, std::span<const Value> args);

/// Upper and lower case of the letters that have one, ASCII, Latin, Greek and Cyrillic.
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);

enum class TitleRest { kKeep, kLower };

/// The first letter of each word in upper case.
std::string ToTitle(std::string_view text, TitleRest rest);

}  // namespace sidewatch::alerts::templates
