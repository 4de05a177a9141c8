#include "exporter/exposition/openmetrics_lexer.h"

#include <algorithm>

namespace sidewatch::exposition {
namespace {

struct Keyword {
  std::string_view word;
  Token token;
};

constexpr Keyword kKeywords[] = {{"HELP ", Token::kHelp},
                                 {"TYPE ", Token::kType},
                                 {"UNIT ", Token::kUnit},
                                 {"EOF", Token::kEofWord}};

constexpr auto kWordStops = scan::BytesOf({" \n\0", 3});

}  // namespace

Token OpenMetricsLexer::LexStart() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  const char c = Current();
  if (scan::IsNameStart<scan::Names::kMetric>(c)) {
    return TakeName<scan::Names::kMetric>(Token::kMetricName);
  }
  if (c == '{') {
    return Take(Token::kBraceOpen);
  }
  return c == '#' ? LexComment() : Token::kInvalid;
}

Token OpenMetricsLexer::LexComment() {
  Advance();
  if (AtEnd() || Current() != ' ') {
    return Token::kInvalid;
  }
  Advance();
  return LexKeyword();
}

Token OpenMetricsLexer::LexKeyword() {
  const std::string_view rest(here(), static_cast<std::size_t>(end() - here()));
  std::size_t longest = 0;
  for (const Keyword& keyword : kKeywords) {
    const auto [at, _] = std::ranges::mismatch(keyword.word, rest);
    const auto matched = static_cast<std::size_t>(at - keyword.word.begin());
    if (matched == keyword.word.size()) {
      SkipTo(here() + matched);
      if (keyword.token == Token::kEofWord && !AtEnd() && Current() == '\n') {
        Advance();
      }
      return keyword.token;
    }
    longest = std::max(longest, matched);
  }
  SkipTo(here() + longest);
  return Token::kInvalid;
}

Token OpenMetricsLexer::LexMetaName() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  if (Current() == '"') {
    return TakeQuoted<scan::QuotedStops::kNul>(Token::kQuoted);
  }
  if (scan::IsNameStart<scan::Names::kMetric>(Current())) {
    return TakeName<scan::Names::kMetric>(Token::kMetricName);
  }
  return Token::kInvalid;
}

Token OpenMetricsLexer::LexMetaText() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  if (Current() != ' ') {
    return Token::kInvalid;
  }
  TakeLine();
  return AtEnd() ? Token::kInvalid : Take(Token::kText);
}

Token OpenMetricsLexer::LexWord(Token token) {
  Advance();
  const std::size_t from = pos();
  TakeUntil(kWordStops);
  return pos() == from ? Token::kInvalid : token;
}

Token OpenMetricsLexer::LexAfterName() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  if (Current() == '{') {
    return Take(Token::kBraceOpen);
  }
  return Current() == ' ' ? LexWord(Token::kValue) : Token::kInvalid;
}

Token OpenMetricsLexer::LexPunctuation() {
  switch (Current()) {
    case '=':
      return Take(Token::kEqual);
    case ',':
      return Take(Token::kComma);
    case '}':
      return Take(Token::kBraceClose);
    default:
      return Token::kInvalid;
  }
}

Token OpenMetricsLexer::LexLabel() {
  if (AtEnd()) {
    return Last(Token::kEof);
  }
  StartToken();
  if (scan::IsNameStart<scan::Names::kLabel>(Current())) {
    return Last(TakeName<scan::Names::kLabel>(Token::kLabelName));
  }
  if (Current() == '"') {
    return Last(TakeQuoted<scan::QuotedStops::kNul>(Token::kQuoted));
  }
  return Last(LexPunctuation());
}

Token OpenMetricsLexer::LexLabelValue() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  return Current() == '"' ? TakeQuoted<scan::QuotedStops::kLineFeed>(Token::kLabelValue)
                          : Token::kInvalid;
}

Token OpenMetricsLexer::LexTimestamp() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  if (Current() == '\n') {
    return Take(Token::kLineBreak);
  }
  if (Current() != ' ') {
    return Token::kInvalid;
  }
  const Token word = LexWord(Token::kTimestamp);
  if (token() != " #" || AtEnd() || Current() != ' ') {
    return word;
  }
  Advance();
  return !AtEnd() && Current() == '{' ? Take(Token::kComment) : Token::kInvalid;
}

Token OpenMetricsLexer::LexExemplarLabel() {
  if (AtEnd()) {
    return Last(Token::kEof);
  }
  StartToken();
  if (scan::IsNameStart<scan::Names::kLabel>(Current())) {
    return Last(TakeName<scan::Names::kLabel>(Token::kLabelName));
  }
  if (Current() == '"') {
    return Last(TakeQuoted<scan::QuotedStops::kLineFeedAndNul>(Token::kQuoted));
  }
  return Last(LexPunctuation());
}

Token OpenMetricsLexer::LexExemplarValue() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  if (Current() == '"') {
    return TakeQuoted<scan::QuotedStops::kLineFeedAndNul>(Token::kLabelValue);
  }
  return Current() == ' ' ? LexWord(Token::kValue) : Token::kInvalid;
}

Token OpenMetricsLexer::LexExemplarTimestamp() {
  if (AtEnd()) {
    return Token::kEof;
  }
  StartToken();
  if (Current() == '\n') {
    return Take(Token::kLineBreak);
  }
  return Current() == ' ' ? LexWord(Token::kTimestamp) : Token::kInvalid;
}

}  // namespace sidewatch::exposition
