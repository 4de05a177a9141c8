#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/promql/ast.h"

namespace sidewatch::promql {

enum class TokenKind : std::uint8_t {
  kError,  ///< `text` is the message.
  kEndOfInput,
  kIdentifier,
  kMetricIdentifier,  ///< An identifier with a colon.
  kString,
  kNumber,
  kDuration,
  // Punctuation.
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kComma,
  kColon,
  kAssign,
  kEqualRegex,
  kNotRegex,
  // Operators.
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kAtan2,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kTrimUpper,
  kTrimLower,
  kAnd,
  kOr,
  kUnless,
  kAt,
  // Aggregators.
  kSum,
  kAvg,
  kMin,
  kMax,
  kCount,
  kGroup,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kQuantile,
  kCountValues,
  kLimitk,
  kLimitRatio,
  // Keywords.
  kBool,
  kBy,
  kWithout,
  kOn,
  kIgnoring,
  kGroupLeft,
  kGroupRight,
  kOffset,
  kAnchored,
  kSmoothed,
  kFill,
  kFillLeft,
  kFillRight,
  // Words that are calls in a duration and functions elsewhere.
  kStart,
  kEnd,
  kStep,
  kRange,
  kMinOf,
  kMaxOf,
  // Series notation.
  kSpace,
  kBlank,
  kTimes,
  kOpenHistogram,
  kCloseHistogram,
  kHistogramKey,
  kResetHint,
};

/// How an error message spells a token, and which words of the language it belongs to.
enum class TokenClass : std::uint8_t {
  kNamed,       ///< `identifier "x"`, `number "1"`: the kind's name, then the text.
  kSymbol,      ///< `"("`.
  kOperator,    ///< `<op:+>`.
  kAggregator,  ///< `<aggr:sum>`.
  kKeyword,     ///< `<by>`.
};

/// All that there is to know about a kind of token.
struct TokenInfo {
  TokenKind kind;
  /// The word or symbol; for kNamed what a message calls it.
  std::string_view text;
  TokenClass token_class;
  bool is_word = false;         ///< Letters: found by FindWord in any case.
  bool is_metric_name = false;  ///< Also a metric name where one may stand.
  bool is_label_name = false;   ///< Also a label name in `by (…)`, `on (…)`.
  bool is_call = false;         ///< A function's name if `(` follows.
};

/// A piece of the query.
struct Token {
  TokenKind kind = TokenKind::kEndOfInput;
  PositionRange position;
  std::string text;  ///< As written.
};

const TokenInfo& Info(TokenKind kind);

/// The keyword of that spelling in any case, or null.
const TokenInfo* FindWord(std::string_view word);

/// What an error message calls the token: `identifier "x"`, `<by>`, `end of input`.
std::string Describe(const Token& token);

}  // namespace sidewatch::promql
