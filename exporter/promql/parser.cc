#include "exporter/promql/parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "exporter/promql/expression_parser.h"
#include "exporter/promql/selector_parser.h"
#include "exporter/promql/token_stream.h"
#include "exporter/promql/type_check.h"

namespace sidewatch::promql {
namespace {

constexpr std::size_t kLongestText = 1U << 20U;

Status CheckLength(std::string_view text) {
  if (text.size() > kLongestText) {
    return Fail(ErrorCode::kInvalidArgument,
                "1:1: parse error: expression of {} bytes is longer than {} bytes",
                text.size(),
                kLongestText);
  }
  return {};
}

tl::unexpected<Error> FailAt(std::string_view text, const ParseError& mistake) {
  return Fail(Error{ErrorCode::kInvalidArgument, FormatParseError(text, mistake)});
}

}  // namespace

std::string FormatParseError(std::string_view query, const ParseError& error) {
  if (query.empty()) {
    return "unknown position: parse error: " + error.message;
  }
  const std::string_view before = query.substr(0, error.position.begin);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_end = before.rfind('\n');
  const std::size_t column =
      line_end == std::string_view::npos ? before.size() + 1 : before.size() - line_end;
  return fmt::format("{}:{}: parse error: {}", line, column, error.message);
}

Result<ExprPtr> Parse(std::string_view query, const ParserOptions& options) {
  SW_TRY(CheckLength(query));
  TokenStream tokens(query);
  ExprPtr expr = ExpressionParser(tokens, options).Parse();
  if (!expr) {
    return FailAt(query, tokens.mistake());
  }
  if (const std::optional<ParseError> mistake = CheckTypes(*expr, query)) {
    return FailAt(query, *mistake);
  }
  return expr;
}

Result<std::vector<Matcher>> ParseSelector(std::string_view text) {
  SW_TRY(CheckLength(text));
  TokenStream tokens(text);
  std::optional<Token> name;
  if (Info(tokens.Peek().kind).is_metric_name) {
    name = tokens.Take();
  }
  VectorSelector selector;
  if (!ParseVectorSelector(tokens, name ? &*name : nullptr, selector) ||
      !tokens.Expect(TokenKind::kEndOfInput)) {
    return FailAt(text, tokens.mistake());
  }
  return std::move(selector.matchers);
}

}  // namespace sidewatch::promql
