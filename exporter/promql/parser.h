#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/promql/ast.h"

namespace sidewatch::promql {

/// Which optional parts of the language are on, each by the flag that Prometheus has for it. All
/// off is a server's default.
struct ParserOptions {
  bool experimental_functions = false;    ///< promql-experimental-functions
  bool duration_expressions = false;      ///< promql-duration-expr
  bool extended_range_selectors = false;  ///< promql-extended-range-selectors
  bool fill_modifiers = false;            ///< promql-binop-fill-modifiers
};

/// One mistake in a query.
struct ParseError {
  PositionRange position;
  std::string message;
};

/// `LINE:COL: parse error: MESSAGE`, columns counted in bytes from 1.
std::string FormatParseError(std::string_view query, const ParseError& error);

/// Parses and type-checks a whole query.
///
/// Errors: kInvalidArgument; the message is FormatParseError of the first mistake, as Prometheus
/// words it.
///         Texts over 1 MiB, trees of over 1,000 levels and parentheses, calls, signs or powers
///         over 500 deep are refused, never a stack overflow.
Result<ExprPtr> Parse(std::string_view query, const ParserOptions& options);

/// Parses `{a="b", c=~"d"}` or `metric{…}` as match[] parameters give it, the name's matcher last.
/// Whether one of them refuses the empty text is for the caller to check.
///
/// Errors: as Parse.
Result<std::vector<Matcher>> ParseSelector(std::string_view text);

}  // namespace sidewatch::promql
