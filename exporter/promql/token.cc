#include "exporter/promql/token.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "exporter/model/label_set.h"
#include "exporter/promql/histogram_key.h"
#include "exporter/promql/text.h"

namespace sidewatch::promql {
namespace {

using enum TokenClass;
using K = TokenKind;

constexpr TokenInfo Word(TokenKind kind, std::string_view text, TokenClass token_class) {
  return {.kind = kind, .text = text, .token_class = token_class, .is_word = true};
}

/// A word that may also name metrics and labels.
constexpr TokenInfo Name(TokenKind kind, std::string_view text, TokenClass token_class) {
  TokenInfo info = Word(kind, text, token_class);
  info.is_metric_name = true;
  info.is_label_name = true;
  return info;
}

constexpr TokenInfo LabelOnly(TokenKind kind, std::string_view text, TokenClass token_class) {
  TokenInfo info = Word(kind, text, token_class);
  info.is_label_name = true;
  return info;
}

constexpr TokenInfo Call(TokenKind kind, std::string_view text) {
  TokenInfo info = Name(kind, text, kSymbol);
  info.is_call = true;
  return info;
}

constexpr TokenInfo Identifier(TokenKind kind, std::string_view text) {
  TokenInfo info = Name(kind, text, kNamed);
  info.is_word = false;
  info.is_call = kind == K::kIdentifier;
  return info;
}

constexpr std::array kTokens = {
    TokenInfo{K::kError, "error", kNamed},
    TokenInfo{K::kEndOfInput, "end of input", kNamed},
    Identifier(K::kIdentifier, "identifier"),
    Identifier(K::kMetricIdentifier, "metric identifier"),
    TokenInfo{K::kString, "string", kNamed},
    TokenInfo{K::kNumber, "number", kNamed},
    TokenInfo{K::kDuration, "duration", kNamed},
    TokenInfo{K::kLeftParen, "(", kSymbol},
    TokenInfo{K::kRightParen, ")", kSymbol},
    TokenInfo{K::kLeftBrace, "{", kSymbol},
    TokenInfo{K::kRightBrace, "}", kSymbol},
    TokenInfo{K::kLeftBracket, "[", kSymbol},
    TokenInfo{K::kRightBracket, "]", kSymbol},
    TokenInfo{K::kComma, ",", kSymbol},
    TokenInfo{K::kColon, ":", kSymbol},
    TokenInfo{K::kAssign, "=", kSymbol},
    TokenInfo{K::kEqualRegex, "=~", kOperator},
    TokenInfo{K::kNotRegex, "!~", kOperator},
    TokenInfo{K::kAdd, "+", kOperator},
    TokenInfo{K::kSub, "-", kOperator},
    TokenInfo{K::kMul, "*", kOperator},
    TokenInfo{K::kDiv, "/", kOperator},
    TokenInfo{K::kMod, "%", kOperator},
    TokenInfo{K::kPow, "^", kOperator},
    LabelOnly(K::kAtan2, "atan2", kOperator),
    TokenInfo{K::kEqual, "==", kOperator},
    TokenInfo{K::kNotEqual, "!=", kOperator},
    TokenInfo{K::kLess, "<", kOperator},
    TokenInfo{K::kLessEqual, "<=", kOperator},
    TokenInfo{K::kGreater, ">", kOperator},
    TokenInfo{K::kGreaterEqual, ">=", kOperator},
    TokenInfo{K::kTrimUpper, "</", kOperator},
    TokenInfo{K::kTrimLower, ">/", kOperator},
    Name(K::kAnd, "and", kOperator),
    Name(K::kOr, "or", kOperator),
    Name(K::kUnless, "unless", kOperator),
    TokenInfo{K::kAt, "@", kOperator},
    Name(K::kSum, "sum", kAggregator),
    Name(K::kAvg, "avg", kAggregator),
    Name(K::kMin, "min", kAggregator),
    Name(K::kMax, "max", kAggregator),
    Name(K::kCount, "count", kAggregator),
    Name(K::kGroup, "group", kAggregator),
    Name(K::kStddev, "stddev", kAggregator),
    Name(K::kStdvar, "stdvar", kAggregator),
    Name(K::kTopk, "topk", kAggregator),
    Name(K::kBottomk, "bottomk", kAggregator),
    Name(K::kQuantile, "quantile", kAggregator),
    Name(K::kCountValues, "count_values", kAggregator),
    Name(K::kLimitk, "limitk", kAggregator),
    Name(K::kLimitRatio, "limit_ratio", kAggregator),
    LabelOnly(K::kBool, "bool", kKeyword),
    Name(K::kBy, "by", kKeyword),
    TokenInfo{.kind = K::kWithout,
              .text = "without",
              .token_class = kKeyword,
              .is_word = true,
              .is_metric_name = true},
    LabelOnly(K::kOn, "on", kKeyword),
    LabelOnly(K::kIgnoring, "ignoring", kKeyword),
    LabelOnly(K::kGroupLeft, "group_left", kKeyword),
    LabelOnly(K::kGroupRight, "group_right", kKeyword),
    Name(K::kOffset, "offset", kKeyword),
    Name(K::kAnchored, "anchored", kKeyword),
    Name(K::kSmoothed, "smoothed", kKeyword),
    Word(K::kFill, "fill", kKeyword),
    Word(K::kFillLeft, "fill_left", kKeyword),
    Word(K::kFillRight, "fill_right", kKeyword),
    Call(K::kStart, "start"),
    Call(K::kEnd, "end"),
    Call(K::kStep, "step"),
    Call(K::kRange, "range"),
    Call(K::kMinOf, "min_of"),
    Call(K::kMaxOf, "max_of"),
    TokenInfo{K::kSpace, " ", kSymbol},
    TokenInfo{K::kBlank, "_", kSymbol},
    TokenInfo{K::kTimes, "x", kSymbol},
    TokenInfo{K::kOpenHistogram, "{{", kSymbol},
    TokenInfo{K::kCloseHistogram, "}}", kSymbol},
    TokenInfo{K::kHistogramKey, "histogram key", kNamed},
    TokenInfo{K::kResetHint, "counter reset hint", kNamed},
};

constexpr bool StandAtTheirKind() {
  for (std::size_t i = 0; i < kTokens.size(); ++i) {
    if (static_cast<std::size_t>(kTokens[i].kind) != i) {
      return false;
    }
  }
  return true;
}

static_assert(StandAtTheirKind(), "the table is indexed by kind");

constexpr std::size_t kShownBytes = 10;

/// A long text is cut to ten characters, as Prometheus does.
std::string Shortened(std::string_view text) {
  if (text.size() <= kShownBytes) {
    return Quoted(text);
  }
  std::size_t end = 0;
  for (std::size_t runes = 0; runes < kShownBytes && end < text.size(); ++runes) {
    end += FirstRune(text.substr(end)).bytes;
  }
  return Quoted(text.substr(0, end)) + "...";
}

std::string ShowNamed(const TokenInfo& info, const Token& token) {
  if (token.kind == K::kEndOfInput || token.kind == K::kError) {
    return std::string(info.text);
  }
  const std::string text = info.is_metric_name ? Quoted(token.text) : Shortened(token.text);
  if (token.kind == K::kHistogramKey) {
    return fmt::format("\"<Item {}>\" {}", FindHistogramKey(token.text)->number, text);
  }
  return fmt::format("{} {}", info.text, text);
}

}  // namespace

const TokenInfo& Info(TokenKind kind) {
  return kTokens.at(static_cast<std::size_t>(kind));
}

const TokenInfo* FindWord(std::string_view word) {
  const auto* const found = std::ranges::find_if(kTokens, [word](const TokenInfo& info) {
    return info.is_word && EqualsIgnoringCase(word, info.text);
  });
  return found == kTokens.end() ? nullptr : &*found;
}

std::string Describe(const Token& token) {
  const TokenInfo& info = Info(token.kind);
  switch (info.token_class) {
    case kNamed:
      return ShowNamed(info, token);
    case kSymbol:
      return Shortened(token.text);
    case kOperator:
      return fmt::format("<op:{}>", token.text);
    case kAggregator:
      return fmt::format("<aggr:{}>", token.text);
    case kKeyword:
      return fmt::format("<{}>", token.text);
  }
  return {};
}

}  // namespace sidewatch::promql
