#include "alerts/model/matcher_parser.h"

#include <algorithm>
#include <tuple>

#include "alerts/model/matcher_lexer.h"

namespace sidewatch::alerts {

Result<Matchers> ParseMatchers(std::string_view text) {
  Result<Matchers> classic = ParseClassicMatchers(text);
  if (classic) {
    return classic;
  }
  Result<Matchers> utf8 = ParseUtf8Matchers(text);
  return utf8 ? std::move(utf8) : std::move(classic);
}

Result<Matcher> ParseMatcher(std::string_view text) {
  Result<Matcher> classic = ParseClassicMatcher(text);
  if (classic) {
    return classic;
  }
  Result<Matcher> utf8 = ParseUtf8Matcher(text);
  return utf8 ? std::move(utf8) : std::move(classic);
}

void SortMatchers(Matchers& matchers) {
  std::ranges::stable_sort(matchers, [](const Matcher& a, const Matcher& b) {
    const auto key = [](const Matcher& m) {
      return std::tuple<std::string_view, std::string_view, MatchOp>(m.name(), m.value(), m.op());
    };
    return key(a) < key(b);
  });
}

std::string FormatMatcher(const Matcher& matcher) {
  std::string text;
  if (std::ranges::any_of(matcher.name(), IsReservedInMatcher)) {
    AppendQuoted(text, matcher.name());
  } else {
    text = matcher.name();
  }
  text += MatchOpText(matcher.op());
  text += '"';
  for (const char c : matcher.value()) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '\\' || c == '"') {
        text += '\\';
      }
      text += c;
    }
  }
  text += '"';
  return text;
}

std::string FormatMatchers(std::span<const Matcher> matchers) {
  std::string text = "{";
  for (const Matcher& matcher : matchers) {
    if (text.size() > 1) {
      text += ',';
    }
    text += FormatMatcher(matcher);
  }
  text += '}';
  return text;
}

bool MatchesAll(std::span<const Matcher> matchers, const LabelSet& labels) {
  return std::ranges::all_of(matchers,
                             [&](const Matcher& matcher) { return matcher.Matches(labels); });
}

}  // namespace sidewatch::alerts
