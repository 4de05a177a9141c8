// The text format is read token by token; which tokens may come depends on what was read before, so
// each Lex function stands for one state of Prometheus' lexer. The page always ends with a line
// feed: no token function but those for quoted texts can run off its end.
#include "exporter/exposition/text_parser.h"

#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/exposition/label_reader.h"
#include "exporter/exposition/sample_number.h"

namespace sidewatch::exposition {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

constexpr std::string_view kBlanks = " \t";
constexpr auto kValueStops = scan::BytesOf({"{ \t\n\0", 5});

}  // namespace

void TextLexer::SkipBlanks() {
  while (!AtEnd() && IsBlank(Current())) {
    Advance();
  }
}

Token TextLexer::LexStart() {
  SkipBlanks();
  StartToken();
  if (AtEnd()) {
    return Token::kEof;
  }
  const char c = Current();
  if (scan::IsNameStart<scan::Names::kMetric>(c)) {
    return TakeName<scan::Names::kMetric>(Token::kMetricName);
  }
  switch (c) {
    case '\n':
      return Take(Token::kLineBreak);
    case '{':
      return Take(Token::kBraceOpen);
    case '#':
      return LexComment();
    case '\0':
      return Token::kEof;
    default:
      return Token::kInvalid;
  }
}

Token TextLexer::LexComment() {
  Advance();
  if (IsBlank(Current())) {
    SkipBlanks();
    const std::string_view rest(here(), static_cast<std::size_t>(end() - here()));
    const bool help = rest.starts_with("HELP");
    constexpr std::size_t kKeyword = 4;
    if ((help || rest.starts_with("TYPE")) && IsBlank(rest[kKeyword])) {
      SkipTo(here() + kKeyword);
      SkipBlanks();
      return help ? Token::kHelp : Token::kType;
    }
  }
  TakeLine();
  return Token::kComment;
}

Token TextLexer::LexMetaName() {
  SkipBlanks();
  StartToken();
  if (Current() == '"') {
    return TakeQuoted<scan::QuotedStops::kNul>(Token::kQuoted);
  }
  if (scan::IsNameStart<scan::Names::kMetric>(Current())) {
    return TakeName<scan::Names::kMetric>(Token::kMetricName);
  }
  return Token::kInvalid;
}

Token TextLexer::LexMetaText() {
  StartToken();
  TakeLine();
  return Token::kText;
}

Token TextLexer::LexAfterName() {
  SkipBlanks();
  StartToken();
  if (Current() == '{') {
    return Take(Token::kBraceOpen);
  }
  TakeUntil(kValueStops);
  return token().empty() ? Token::kInvalid : Token::kValue;
}

Token TextLexer::LexLabel() {
  SkipBlanks();
  StartToken();
  if (AtEnd()) {
    return Last(Token::kEof);
  }
  const char c = Current();
  if (scan::IsNameStart<scan::Names::kLabel>(c)) {
    return Last(TakeName<scan::Names::kLabel>(Token::kLabelName));
  }
  switch (c) {
    case '"':
      return Last(TakeQuoted<scan::QuotedStops::kNul>(Token::kQuoted));
    case '=':
      return Last(Take(Token::kEqual));
    case ',':
      return Last(Take(Token::kComma));
    case '}':
      return Last(Take(Token::kBraceClose));
    default:
      return Last(Token::kInvalid);
  }
}

Token TextLexer::LexLabelValue() {
  SkipBlanks();
  StartToken();
  return Current() == '"' ? TakeQuoted<scan::QuotedStops::kNone>(Token::kLabelValue)
                          : Token::kInvalid;
}

Token TextLexer::LexTimestamp() {
  SkipBlanks();
  StartToken();
  if (Current() == '\n') {
    return Take(Token::kLineBreak);
  }
  while (scan::IsDigit(Current())) {
    Advance();
  }
  return token().empty() ? Token::kInvalid : Token::kTimestamp;
}

TextParser::TextParser(std::string_view page)
    : ended_(page.empty() || page.ends_with('\n') ? std::string() : std::string(page) + '\n'),
      lexer_(ended_.empty() ? page : std::string_view(ended_)) {
  if (ended_.empty()) {
    lexer_.ShowLineFeedAtEnd();
  }
}

Step TextParser::Next(RawEntry& entry) {
  while (true) {
    lexer_.BeginEntry();
    const Token token = lexer_.LexStart();
    bool read = false;
    switch (token) {
      case Token::kEof:
        return Step::kEnd;
      case Token::kLineBreak:
        continue;
      case Token::kHelp:
      case Token::kType:
        read = ReadMeta(token, entry);
        break;
      case Token::kComment:
        read = ReadComment(entry);
        break;
      case Token::kMetricName:
      case Token::kBraceOpen:
        read = ReadSample(token, entry);
        break;
      default:
        lexer_.FailUnexpected("expected a valid start token", token);
    }
    return read ? Step::kEntry : Step::kError;
  }
}

bool TextParser::ReadComment(RawEntry& entry) {
  entry.kind = EntryKind::kComment;
  entry.text = {.text = lexer_.token()};
  lexer_.LexStart();
  return true;
}

bool TextParser::ReadMeta(Token keyword, RawEntry& entry) {
  entry.kind = keyword == Token::kHelp ? EntryKind::kHelp : EntryKind::kType;
  const Token name = lexer_.LexMetaName();
  if (name != Token::kMetricName && name != Token::kQuoted) {
    return lexer_.FailUnexpected(fmt::format("expected metric name after {}", TokenName(keyword)),
                                 name);
  }
  entry.metric = name == Token::kQuoted ? lexer_.Quoted() : RawText{.text = lexer_.token()};
  lexer_.LexMetaText();
  return ReadMetaText(keyword, entry);
}

bool TextParser::ReadMetaText(Token keyword, RawEntry& entry) {
  std::string_view text = lexer_.token();
  text = text.find_first_not_of(kBlanks) == std::string_view::npos ? std::string_view()
                                                                   : text.substr(1);
  lexer_.LexStart();
  if (keyword == Token::kHelp) {
    entry.text = {.text = text, .escaped = text.find('\\') != std::string_view::npos};
    if (!IsValidUtf8(text)) {
      std::string quoted;
      AppendQuoted(quoted, text);
      return lexer_.FailPlain(fmt::format("help text {} is not a valid utf8 string", quoted));
    }
    return true;
  }
  const std::optional<MetricType> type = FindTextType(text);
  if (!type.has_value()) {
    std::string quoted;
    AppendQuoted(quoted, text);
    return lexer_.FailPlain(fmt::format("invalid metric type {}", quoted));
  }
  entry.type = *type;
  return true;
}

bool TextParser::ReadSample(Token first, RawEntry& entry) {
  entry.kind = EntryKind::kSample;
  entry.labels.Clear();
  const std::size_t from = lexer_.start();
  Token token = first;
  if (first == Token::kMetricName) {
    entry.labels.metric = RawText{.text = lexer_.token()};
    entry.series = lexer_.token();
    token = lexer_.LexAfterName();
  }
  if (token == Token::kBraceOpen) {
    if (!ReadLabels(lexer_, BraceUse::kSeries, entry.labels)) {
      return false;
    }
    entry.series = lexer_.Since(from);
    token = lexer_.LexAfterName();
  }
  return ReadValue(token, entry);
}

bool TextParser::ReadValue(Token token, RawEntry& entry) {
  if (!entry.labels.metric.has_value()) {
    return lexer_.FailParsing("metric name not set");
  }
  if (token != Token::kValue) {
    return lexer_.FailUnexpected("expected value after metric", token);
  }
  if (const std::optional<double> value = ParseShortNumber(lexer_.token())) {
    entry.value = *value;
  } else {
    const ParsedNumber number = ParseSampleNumber(lexer_.token());
    if (!number.problem.empty()) {
      return lexer_.FailParsing(number.problem);
    }
    entry.value = number.value;
  }
  entry.at.reset();
  const Token next = lexer_.LexTimestamp();
  if (next == Token::kLineBreak) {
    return true;
  }
  if (next != Token::kTimestamp) {
    return lexer_.FailUnexpected("expected timestamp or new record", next);
  }
  return ReadTimestamp(entry);
}

bool TextParser::ReadTimestamp(RawEntry& entry) {
  const std::optional<std::int64_t> millis = ParseInteger(lexer_.token());
  if (!millis.has_value()) {
    return lexer_.FailParsing(
        fmt::format("strconv.ParseInt: parsing \"{}\": value out of range", lexer_.token()));
  }
  entry.at = FromUnixMillis(*millis);
  if (const Token end = lexer_.LexTimestamp(); end != Token::kLineBreak) {
    return lexer_.FailUnexpected("expected next entry after timestamp", end);
  }
  return true;
}

}  // namespace sidewatch::exposition
