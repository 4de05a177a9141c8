// The patterns' own matcher against RE2: the same lines, the same captures.

#include "collectors/logs/pattern.h"

#include <random>

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace sidewatch::logs {
namespace {

struct PatternCase {
  std::string name;
  std::string regex;
  bool linear = true;
};

class PatternTest : public testing::TestWithParam<PatternCase> {};

/// Lines that come near to matching: pieces of an access log in random order and with random cuts.
std::string RandomLine(std::mt19937& random) {
  static const std::string kPieces[] = {
      "1.2.3.4",   " - ", "bob",   " [",   "21/Nov/2026:12:00:00 +0000",
      "] ",        "\"",  "GET",   "POST", " /a/b",
      " HTTP/1.1", "\" ", "200",   "404",  " ",
      "512",       "-",   "took=", "12ms", "aaa",
      "ab",        "abc", "\xff"};
  std::string line;
  if (random() % 2 == 0) {
    line =
        R"(1.2.3.4 - bob [21/Nov/2026:12:00:00 +0000] "GET /a/b HTTP/1.1" 404 512 "-" "x" took=12ms)";
    line.erase(random() % line.size(), random() % 3);
    return line;
  }
  for (std::size_t i = random() % 20; i > 0; --i) {
    line += kPieces[random() % std::size(kPieces)];
  }
  return line;
}

TEST_P(PatternTest, MatchesAsRe2) {
  const PatternCase& c = GetParam();
  const Result<Pattern> pattern = Pattern::Compile(c.regex);
  ASSERT_TRUE(pattern.has_value()) << pattern.error().message;
  EXPECT_EQ(pattern->is_linear(), c.linear);
  const RE2 reference(c.regex, RE2::Latin1);
  const auto groups = static_cast<std::size_t>(reference.NumberOfCapturingGroups());
  std::mt19937 random(7);
  int matches = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string line = RandomLine(random);
    std::vector<re2::StringPiece> want(groups + 1);
    const bool matched = reference.Match(
        line, 0, line.size(), RE2::UNANCHORED, want.data(), static_cast<int>(want.size()));
    std::vector<std::string_view> got(groups);
    ASSERT_EQ(pattern->Match(line, got), matched) << line;
    for (std::size_t i = 0; matched && i < groups; ++i) {
      ASSERT_EQ(got[i], std::string_view(want[i + 1].data(), want[i + 1].size())) << line;
    }
    matches += matched ? 1 : 0;
  }
  EXPECT_GT(matches, 0) << "the lines do not try the pattern";
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PatternTest,
    testing::Values(
        PatternCase{
            "Nginx",
            R"re(^(?P<ip>\S+) - (?P<user>\S+) \[(?P<t>[^\]]+)\] "(?P<m>[A-Z]+) (?P<p>\S+) (?P<v>\S+)" (?P<s>\d{3}) (?P<b>\d+))re"},
        PatternCase{"Unanchored",
                    R"re("(?P<method>GET|POST) (?P<path>[^ ]*) [^"]*" (?P<status>4\d\d))re"},
        PatternCase{"Literal", "404"},
        PatternCase{"LeadingRun", R"((\d+)ms)"},
        PatternCase{"GiveBack", R"re((\S+)" )re"},
        PatternCase{"GiveBackOfMore", R"((\w+)bc)"},
        PatternCase{"Optional", R"(a?b)"},
        PatternCase{"Bounded", R"(\d{1,3}\.\d{1,3}\.)"},
        PatternCase{"BoundedGreedy", R"(a{2,3}b?)"},
        PatternCase{"End", R"(took=(\d+)ms$)"},
        PatternCase{"TakesAll", R"(HTTP(.*))"},
        PatternCase{"Lazy", R"re("(\w+?) )re"},
        PatternCase{"LazyToNothing", R"(1(\d*?))"},
        PatternCase{"AnyInTheMiddle", R"(GET.*404)"},
        PatternCase{"Alternation", R"(GET|404)"},
        PatternCase{"PrefixAlternatives", R"(x?(a|ab)c)"},
        PatternCase{"ChoiceInTheMiddle", R"re("[^"]*(?P<m>GET|POST|a)[^"]*"( |$))re", false},
        PatternCase{"ChoiceBehindARun", R"re("[^"]*(?P<m>GET|POST|a)([^"]*)")re"},
        PatternCase{"ChoiceBehindALazyRun", R"re((.*?)(200|404|ab)(.*) )re"},
        PatternCase{"TwoRuns", R"re((\w*)(\w+)=(\d*?)(\d*)m)re"},
        PatternCase{"RunToTheEnd", R"re(a(.*)(\w\w)$)re"},
        PatternCase{"OptionalToTheEnd", R"re(a(b?)(c?)$)re"},
        PatternCase{"BoundedRunGoesBack", R"re((\w{1,4})(\w{2}) )re"},
        PatternCase{"TextOverGroups", R"re("( )(4)0(4))re"},
        PatternCase{"RepeatedGroup", R"((?:\d+\.)+\d)", false},
        PatternCase{"Boundary", R"(\b404\b)", false},
        PatternCase{"Empty", ""},
        PatternCase{"MayBeEmpty", R"(z*)"},
        PatternCase{"NegatedClass", R"(\[([^\]]*)\] [^a-z\d]GET)"},
        PatternCase{"CaseFolding", R"((?i)get)", false}),
    [](const auto& row) { return row.param.name; });

TEST(PatternErrorTest, SaysWhatIsWrong) {
  const Result<Pattern> pattern = Pattern::Compile("a(");
  ASSERT_FALSE(pattern.has_value());
  EXPECT_EQ(pattern.error().message, "the regular expression is not RE2's: missing ): a(");
}

TEST(PatternErrorTest, AHostileLineIsLeftToRe2) {
  const Result<Pattern> pattern = Pattern::Compile(R"(\d+x)");
  ASSERT_TRUE(pattern.has_value());
  ASSERT_TRUE(pattern->is_linear());
  std::string line(256 * 1024, '1');
  EXPECT_FALSE(pattern->Match(line, {}));
  line += 'x';
  EXPECT_TRUE(pattern->Match(line, {}));
}

TEST(PatternErrorTest, ALineThatGoesBackForEverIsLeftToRe2) {
  const Result<Pattern> pattern = Pattern::Compile(R"((\w*)(\w*)(\w*)(\w*)!)");
  ASSERT_TRUE(pattern.has_value());
  ASSERT_TRUE(pattern->is_linear());
  std::string line(4096, 'a');
  line = "!" + line;
  std::vector<std::string_view> groups(4);
  EXPECT_TRUE(pattern->Match(line, groups)) << "an empty match";
  EXPECT_FALSE(pattern->Match(line.substr(1), groups));
  const std::string late = line.substr(1) + "!";
  ASSERT_TRUE(pattern->Match(late, groups));
  EXPECT_EQ(groups[0].size(), 4096U);
}

TEST(PatternErrorTest, OtherLettersThanAscii) {
  const Result<Pattern> pattern = Pattern::Compile("caf[éè] (?P<n>.)$");
  ASSERT_TRUE(pattern.has_value());
  std::vector<std::string_view> groups(1);
  EXPECT_TRUE(pattern->Match("café ü", groups));
  EXPECT_EQ(groups[0], "ü");
}

}  // namespace
}  // namespace sidewatch::logs
