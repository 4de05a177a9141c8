#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/matcher.h"

namespace sidewatch::alerts {

using Matchers = std::vector<Matcher>;

/// Reads a list of matchers as Alertmanager does by default, in either of its two syntaxes.
///
/// What both read is read alike; where they disagree the classic meaning holds, so that an old file
/// keeps its meaning; what only one reads is taken from it. Errors: kInvalidArgument with
/// Alertmanager's text.
Result<Matchers> ParseMatchers(std::string_view text);

/// The same for exactly one matcher.
Result<Matcher> ParseMatcher(std::string_view text);

/// `NAME OP VALUE`, joined by commas, in braces or not; values bare or in double quotes.
Result<Matchers> ParseClassicMatchers(std::string_view text);
Result<Matcher> ParseClassicMatcher(std::string_view text);

/// Names and values may be any UTF-8 in Go's double quotes; bare ones hold no reserved character.
Result<Matchers> ParseUtf8Matchers(std::string_view text);
Result<Matcher> ParseUtf8Matcher(std::string_view text);

/// Sorted by name, value and operator, as route keys and Alertmanager's API show them.
void SortMatchers(Matchers& matchers);

/// `name="value"`; a name with a reserved character is quoted.
std::string FormatMatcher(const Matcher& matcher);

/// `{a="b",c=~"d"}`, in the order given.
std::string FormatMatchers(std::span<const Matcher> matchers);

/// True if every matcher takes `labels`; an absent label counts as empty.
bool MatchesAll(std::span<const Matcher> matchers, const LabelSet& labels);

}  // namespace sidewatch::alerts
