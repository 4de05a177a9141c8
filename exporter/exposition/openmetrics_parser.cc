#include "exporter/exposition/openmetrics_parser.h"

#include <cmath>

#include <fmt/format.h>

#include "exporter/base/number.h"
#include "exporter/exposition/label_reader.h"
#include "exporter/exposition/sample_number.h"

namespace sidewatch::exposition {
namespace {

constexpr std::string_view kNoEof = "data does not end with # EOF";

std::string Quote(std::string_view text) {
  std::string quoted;
  AppendQuoted(quoted, text);
  return quoted;
}

bool UnitFits(std::string_view metric, std::string_view unit) {
  return unit.empty() || (metric.size() > unit.size() && metric.ends_with(unit) &&
                          metric[metric.size() - unit.size() - 1] == '_');
}

}  // namespace

OpenMetricsParser::OpenMetricsParser(std::string_view page, CreatedSamples created)
    : lexer_(page), created_(created) {}

Step OpenMetricsParser::Next(RawEntry& entry) {
  while (true) {
    const Step step = ReadEntry(entry);
    const bool sample = step == Step::kEntry && entry.kind == EntryKind::kSample;
    if (!sample || created_ == CreatedSamples::kEntries) {
      return step;
    }
    if (!StartTimes::IsCreated(entry)) {
      entry.started = start_times_.Find(entry, lexer_.page().substr(lexer_.pos()));
      return step;
    }
  }
}

Step OpenMetricsParser::ReadEntry(RawEntry& entry) {
  lexer_.BeginEntry();
  const Token token = lexer_.LexStart();
  bool read = false;
  switch (token) {
    case Token::kEofWord:
      if (lexer_.LexStart() == Token::kEof) {
        return Step::kEnd;
      }
      lexer_.FailPlain("unexpected data after # EOF");
      break;
    case Token::kEof:
      lexer_.FailPlain(std::string(kNoEof));
      break;
    case Token::kHelp:
    case Token::kType:
    case Token::kUnit:
      read = ReadMeta(token, entry);
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

bool OpenMetricsParser::ReadMeta(Token keyword, RawEntry& entry) {
  const Token name = lexer_.LexMetaName();
  if (name != Token::kMetricName && name != Token::kQuoted) {
    return lexer_.FailUnexpected(fmt::format("expected metric name after {}", TokenName(keyword)),
                                 name);
  }
  entry.metric = name == Token::kQuoted ? lexer_.Quoted() : RawText{.text = lexer_.token()};
  start_times_.BeginFamily(entry.metric.text);
  if (lexer_.LexMetaText() != Token::kText) {
    return lexer_.FailPlain(fmt::format("expected text in {}", TokenName(keyword)));
  }
  return ReadMetaText(keyword, entry);
}

bool OpenMetricsParser::ReadMetaText(Token keyword, RawEntry& entry) {
  // The token has the blank in front and the line feed behind.
  const std::string_view text = lexer_.token().substr(1, lexer_.token().size() - 2);
  if (keyword == Token::kType) {
    entry.kind = EntryKind::kType;
    const std::optional<MetricType> type = FindOpenMetricsType(text);
    entry.type = type.value_or(MetricType::kUnknown);
    return type.has_value() || lexer_.FailPlain("invalid metric type " + Quote(text));
  }
  entry.text = {.text = text, .escaped = text.find('\\') != std::string_view::npos};
  if (keyword == Token::kHelp) {
    entry.kind = EntryKind::kHelp;
    return IsValidUtf8(text) ||
           lexer_.FailPlain(fmt::format("help text {} is not a valid utf8 string", Quote(text)));
  }
  entry.kind = EntryKind::kUnit;
  return UnitFits(entry.metric.text, text) ||
         lexer_.FailPlain(fmt::format(
             "unit {} not a suffix of metric {}", Quote(text), Quote(entry.metric.text)));
}

bool OpenMetricsParser::ReadSample(Token first, RawEntry& entry) {
  entry.kind = EntryKind::kSample;
  entry.labels.Clear();
  entry.started.reset();
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
  if (!entry.labels.metric.has_value()) {
    return lexer_.FailParsing("metric name not set");
  }
  if (token != Token::kValue) {
    return lexer_.FailUnexpected("expected value after metric", token);
  }
  return ReadNumber(lexer_.token(), entry.value) && ReadEndOfSample(entry);
}

bool OpenMetricsParser::ReadNumber(std::string_view word, double& value) {
  const ParsedNumber number = ParseSampleNumber(word.substr(1));
  value = number.value;
  return number.problem.empty() || lexer_.FailParsing(number.problem);
}

bool OpenMetricsParser::ReadSeconds(std::string_view what, std::optional<TimePoint>& at) {
  double seconds = 0;
  if (!ReadNumber(lexer_.token(), seconds)) {
    return false;
  }
  if (!std::isfinite(seconds)) {
    return lexer_.FailPlain(fmt::format("invalid {} {}", what, FormatNumber(seconds)));
  }
  at = FromSeconds(seconds);
  return true;
}

bool OpenMetricsParser::ReadEndOfSample(RawEntry& entry) {
  entry.at.reset();
  entry.has_exemplar = false;
  Token token = lexer_.LexTimestamp();
  const char* expected = "expected timestamp or # symbol";
  if (token == Token::kTimestamp) {
    if (!ReadSeconds("timestamp", entry.at)) {
      return false;
    }
    expected = "expected next entry after timestamp";
    token = lexer_.LexTimestamp();
  } else if (token == Token::kEof) {
    return lexer_.FailPlain(std::string(kNoEof));
  }
  if (token == Token::kComment) {
    return ReadExemplar(entry);
  }
  return token == Token::kLineBreak || lexer_.FailUnexpected(expected, token);
}

bool OpenMetricsParser::ReadExemplar(RawEntry& entry) {
  RawExemplar& exemplar = entry.exemplar;
  exemplar.labels.Clear();
  exemplar.at.reset();
  ExemplarLexer lexer(lexer_);
  if (!ReadLabels(lexer, BraceUse::kExemplar, exemplar.labels)) {
    return false;
  }
  if (const Token token = lexer_.LexExemplarValue(); token != Token::kValue) {
    return lexer_.FailUnexpected("expected value after exemplar labels", token);
  }
  entry.has_exemplar = true;
  return ReadNumber(lexer_.token(), exemplar.value) && ReadEndOfExemplar(exemplar);
}

bool OpenMetricsParser::ReadEndOfExemplar(RawExemplar& exemplar) {
  const Token token = lexer_.LexExemplarTimestamp();
  if (token == Token::kLineBreak) {
    return true;
  }
  if (token == Token::kEof) {
    return lexer_.FailPlain(std::string(kNoEof));
  }
  if (token != Token::kTimestamp) {
    return lexer_.FailUnexpected("expected timestamp or comment", token);
  }
  if (!ReadSeconds("exemplar timestamp", exemplar.at)) {
    return false;
  }
  const Token end = lexer_.LexExemplarTimestamp();
  return end == Token::kLineBreak ||
         lexer_.FailUnexpected("expected next entry after exemplar timestamp", end);
}

}  // namespace sidewatch::exposition
