#include <map>

#include <gtest/gtest.h>

#include "alerts/model/matcher_parser.h"
#include "tests/conformance/alertmanager/tally.h"

namespace sidewatch::conformance {
namespace {

using alerts::Matchers;

Result<Matcher> Make(const Json& json) {
  static const std::map<std::string, MatchOp> kOps = {{"=", MatchOp::kEqual},
                                                      {"!=", MatchOp::kNotEqual},
                                                      {"=~", MatchOp::kRegex},
                                                      {"!~", MatchOp::kNotRegex}};
  return Matcher::Create(kOps.at(json.at("op").get<std::string>()),
                         json.at("name").get<std::string>(),
                         json.at("value").get<std::string>());
}

std::string Print(const Result<Matchers>& matchers) {
  return matchers ? alerts::FormatMatchers(*matchers) : "error: " + matchers.error().message;
}

Result<Matchers> AsList(const Result<Matcher>& matcher) {
  return matcher ? Result<Matchers>(Matchers{*matcher}) : Result<Matchers>(Fail(matcher.error()));
}

std::string Wanted(const Json& json) {
  if (json.contains("error")) {
    return "error: " + json["error"].get<std::string>();
  }
  Matchers matchers;
  for (const Json& matcher : json.at("matchers")) {
    matchers.push_back(*Make(matcher));
  }
  return alerts::FormatMatchers(matchers);
}

struct Table {
  const char* key;
  Result<Matchers> (*parse)(std::string_view text);
};

constexpr Table kTables[] = {
    {"classic_matchers", &alerts::ParseClassicMatchers},
    {"utf8_matchers", &alerts::ParseUtf8Matchers},
    {"utf8_matcher",
     [](std::string_view text) {
       return AsList(alerts::ParseUtf8Matcher(text));
     }},
    {"utf8_of_compliance", &alerts::ParseUtf8Matchers},
    {"fallback_matcher",
     [](std::string_view text) {
       return AsList(alerts::ParseMatcher(text));
     }},
    {"fallback_matchers", &alerts::ParseMatchers},
};

/// The text of a bad regular expression is the regex library's; that it is refused is what counts.
bool FailsInLibrary(const Json& json) {
  return json.contains("fails") ||
         json.value("error", "").find("error parsing regexp") != std::string::npos;
}

TEST(Alertmanager, Matchers) {
  const Json cases = ReadCases("matchers.json");
  for (const Table& table : kTables) {
    Tally tally(std::string("matchers ") + table.key);
    for (const Json& json : cases.value(table.key, Json::array())) {
      const auto input = json.at("input").get<std::string>();
      const Result<Matchers> got = table.parse(input);
      if (FailsInLibrary(json)) {
        tally.Expect(input, got ? Print(got) : "error", "error");
      } else {
        tally.Expect(input, Print(got), Wanted(json));
      }
    }
  }
}

TEST(Alertmanager, MatchersPrint) {
  Tally tally("matchers print");
  for (const Json& json : ReadCases("matchers.json").value("print", Json::array())) {
    tally.Expect(json.dump(), alerts::FormatMatcher(*Make(json)), json.at("want"));
  }
}

TEST(Alertmanager, MatchersMatch) {
  Tally tally("matchers match");
  for (const Json& json : ReadCases("matchers.json").value("match", Json::array())) {
    const Json& matcher = json.at("matcher").at(0);
    const auto value = json.at("value").get<std::string>();
    if (matcher.at("op") == "=~" && value.find('\n') != std::string::npos && !json["match"]) {
      tally.Skip(json.dump(), "`.` takes a line feed here, as in Prometheus' matchers");
      continue;
    }
    tally.Expect(
        json.dump(), Make(matcher)->Matches(value) ? "true" : "false", json["match"].dump());
  }
}

}  // namespace
}  // namespace sidewatch::conformance
