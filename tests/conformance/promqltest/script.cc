// The script language of Prometheus' acceptance tests: commands (`clear`, `load`, `eval`), each
// followed by a block of lines that ends at an empty one.

#include "tests/conformance/promqltest/script.h"

#include <algorithm>

#include <re2/re2.h>

#include "exporter/base/duration.h"
#include "exporter/base/number.h"
#include "exporter/promql/engine.h"
#include "exporter/promql/series_notation.h"

namespace sidewatch::promqltest {
namespace {

struct Line {
  std::size_t number = 0;
  std::string_view text;
};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<Line> SplitLines(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = Trim(text.substr(0, end));
    if (line.starts_with('#')) {
      line = {};
    }
    lines.push_back({number, line});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

tl::unexpected<Error> FailAt(std::size_t line, std::string_view what) {
  return Fail(ErrorCode::kInvalidArgument, "line {}: {}", line, what);
}

Status ReadTime(std::string_view text, Duration& out) {
  SW_TRY_ASSIGN(out, ParseDuration(text));
  return {};
}

Result<Steps> ReadSteps(std::string_view from, std::string_view to, std::string_view step) {
  Steps steps;
  SW_TRY(ReadTime(from, steps.start));
  SW_TRY(ReadTime(to, steps.end));
  SW_TRY(ReadTime(step, steps.step));
  return steps;
}

void ApplyExpect(const std::string& what, TextPattern pattern, Expectation& expect) {
  if (what == "fail") {
    expect.fail = true;
    expect.failure = std::move(pattern);
  } else if (what == "warn") {
    expect.warnings.push_back(std::move(pattern));
  } else if (what == "info") {
    expect.infos.push_back(std::move(pattern));
  }
  expect.ordered |= what == "ordered";
  expect.no_warn |= what == "no_warn";
  expect.no_info |= what == "no_info";
}

/// Lines that begin with `expect`. Nothing: it is none of them.
Result<bool> ReadExpectLine(const Line& line, Expectation& expect) {
  static const RE2 range_vector(R"(expect range vector from (\S+) to (\S+) step (\S+))");
  static const RE2 text_value(R"(expect string\s+(.+))");
  static const RE2 annotation(
      R"(expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?)");
  const re2::StringPiece text(line.text.data(), line.text.size());
  std::string a;
  std::string b;
  std::string c;
  if (RE2::FullMatch(text, range_vector, &a, &b, &c)) {
    SW_TRY_ASSIGN(expect.range_vector, ReadSteps(a, b, c));
    return true;
  }
  if (RE2::FullMatch(text, text_value, &a)) {
    SW_TRY_ASSIGN(const promql::PreparedQuery literal, promql::PreparedQuery::Parse(a, {}));
    const auto* string = std::get_if<promql::StringLiteral>(&literal.expr().node);
    if (string == nullptr) {
      return FailAt(line.number, "expect string needs a quoted string");
    }
    expect.text = string->value;
    return true;
  }
  if (!RE2::FullMatch(text, annotation, &a, &b, &c)) {
    return false;
  }
  TextPattern pattern;
  (b == "msg" ? pattern.exact : pattern.regex) =
      b.empty() ? std::nullopt : std::optional(std::string(Trim(c)));
  ApplyExpect(a, std::move(pattern), expect);
  return true;
}

Status ReadBlock(std::span<const Line> block, Expectation& expect) {
  for (const Line& line : block) {
    if (line.text.starts_with("expect ")) {
      SW_TRY_ASSIGN(const bool known, ReadExpectLine(line, expect));
      if (!known) {
        return FailAt(line.number, "unknown expectation");
      }
      continue;
    }
    if (const auto number = ParseNumber(line.text); number.has_value()) {
      expect.scalar = number;
      return {};
    }
    auto series = ParseSeriesLine(line.text);
    if (!series.has_value()) {
      return FailAt(line.number, series.error().message);
    }
    expect.series.push_back(std::move(*series));
  }
  return {};
}

Result<Eval> ReadEval(const Line& line, std::span<const Line> block) {
  static const RE2 instant(
      R"(eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+))");
  static const RE2 range(
      R"(eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+))");
  const re2::StringPiece text(line.text.data(), line.text.size());
  Eval eval{.line = line.number, .range = {}, .expr = {}, .expect = {}};
  std::string suffix;
  std::string from;
  std::string to;
  std::string step;
  if (RE2::FullMatch(text, range, &suffix, &from, &to, &step, &eval.expr)) {
    eval.instant = false;
    SW_TRY_ASSIGN(eval.range, ReadSteps(from, to, step));
  } else if (RE2::FullMatch(text, instant, &suffix, &from, &eval.expr)) {
    if (!from.empty()) {
      SW_TRY(ReadTime(from, eval.at));
    }
  } else {
    return FailAt(line.number, "neither an instant nor a range eval");
  }
  if (!suffix.empty()) {
    ApplyExpect(suffix, {}, eval.expect);
  }
  SW_TRY(ReadBlock(block, eval.expect));
  return eval;
}

Result<Load> ReadLoad(const Line& line, std::span<const Line> block) {
  static const RE2 pattern(R"(load(?:_with_nhcb)?\s+(\S+))");
  std::string step;
  if (!RE2::FullMatch(re2::StringPiece(line.text.data(), line.text.size()), pattern, &step)) {
    return FailAt(line.number, "load needs a step");
  }
  Load load;
  SW_TRY(ReadTime(step, load.step));
  for (const Line& series : block) {
    if (series.text.substr(0, series.text.find_first_of(" \t")).ends_with("@st")) {
      continue;  // Start timestamps, which only evals that are skipped can see.
    }
    auto parsed = ParseSeriesLine(series.text);
    if (!parsed.has_value()) {
      return FailAt(series.number, parsed.error().message);
    }
    std::erase_if(load.series, [&](const SeriesLine& s) { return s.labels == parsed->labels; });
    load.series.push_back(std::move(*parsed));
  }
  return load;
}

Slot ToSlot(const promql::SeriesValue& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return {Slot::Kind::kFloat, *number};
  }
  const bool omitted = std::holds_alternative<std::monostate>(value);
  return {omitted ? Slot::Kind::kOmitted : Slot::Kind::kHistogram, 0};
}

Result<Command> ReadCommand(const Line& line, std::span<const Line> block) {
  if (line.text == "clear") {
    return Command(Clear{});
  }
  if (line.text.starts_with("load")) {
    SW_TRY_ASSIGN(Load load, ReadLoad(line, block));
    return Command(std::move(load));
  }
  if (line.text.starts_with("eval")) {
    SW_TRY_ASSIGN(Eval eval, ReadEval(line, block));
    return Command(std::move(eval));
  }
  return FailAt(line.number, "unknown command");
}

}  // namespace

bool TextPattern::Matches(std::string_view text) const {
  if (exact.has_value()) {
    return text == *exact;
  }
  return !regex.has_value() ||
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), RE2(*regex));
}

Result<SeriesLine> ParseSeriesLine(std::string_view line) {
  SW_TRY_ASSIGN(const promql::SeriesNotation parsed, promql::ParseSeriesNotation(line));
  SeriesLine series{.labels = parsed.labels, .slots = {}};
  for (const auto& value : parsed.values) {
    series.slots.push_back(ToSlot(value));
  }
  return series;
}

Result<std::vector<Command>> ParseScript(std::string_view text) {
  const std::vector<Line> lines = SplitLines(text);
  std::vector<Command> commands;
  std::size_t next = 0;
  while (next < lines.size()) {
    if (lines[next].text.empty()) {
      ++next;
      continue;
    }
    std::size_t end = next + 1;
    if (lines[next].text != "clear") {
      while (end < lines.size() && !lines[end].text.empty()) {
        ++end;
      }
    }
    SW_TRY_ASSIGN(Command command,
                  ReadCommand(lines[next], std::span(lines).subspan(next + 1, end - next - 1)));
    commands.push_back(std::move(command));
    next = end;
  }
  return commands;
}

}  // namespace sidewatch::promqltest
