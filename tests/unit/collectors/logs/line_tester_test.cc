#include "collectors/logs/line_tester.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/recording_sink.h"

namespace sidewatch::logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class LineTesterTest : public testing::Test {
 protected:
  LineTesterTest() {
    config::Diagnostics diagnostics;
    const auto node = config::ParseYaml(
        "files: [/x.log]\n"
        "sets: [levels, http]\n"
        "metrics:\n"
        "  - {name: took_seconds, type: gauge, regex: 'took (?P<t>\\S+) (?P<unit>s)?', value: t}\n"
        "  - {name: users_total, regex: 'user=(?P<user>\\w+)', labels: {user: user}}\n",
        "test.yml",
        config::ExpandEnv::kNo,
        diagnostics);
    config::MapReader map(*node, diagnostics);
    options_ = ReadOptions(map);
    EXPECT_THAT(diagnostics.errors(), IsEmpty());
  }

  Options options_;
};

TEST_F(LineTesterTest, TellsWhatMatchesAndWhatIsCaptured) {
  LineTester tester(options_, "app", "x.log", "");
  const LineReport report = tester.Test("ERROR user=ann took 1.5 s");
  EXPECT_TRUE(report.tells_something);
  EXPECT_THAT(report.fields, ElementsAre(Pair("level", "error"), Pair("seconds", "1.5")));
  EXPECT_THAT(report.series, ElementsAre(R"(log_lines_total{level="error"} 1)"));
  ASSERT_EQ(report.matches.size(), 2U);
  EXPECT_EQ(report.matches[0].metric->name, "took_seconds");
  EXPECT_EQ(report.matches[0].counted, Counted::kYes);
  EXPECT_THAT(report.matches[0].captures, ElementsAre(Pair("t", "1.5"), Pair("unit", "s")));
  EXPECT_THAT(report.matches[1].captures, ElementsAre(Pair("user", "ann")));
}

TEST_F(LineTesterTest, ALineOfNoLevelTellsNothing) {
  LineTester tester(options_, "app", "x.log", "");
  const LineReport report = tester.Test("plain words");
  EXPECT_FALSE(report.tells_something);
  EXPECT_THAT(report.matches, IsEmpty());
}

TEST_F(LineTesterTest, ShowsTheMetricsOfAllLinesAsARunWould) {
  LineTester tester(options_, "app", "x.log", "");
  tester.Test("user=ann took 3 s");
  tester.Test("user=ann took long s");
  testkit::RecordingSink sink;
  tester.Emit(sink);
  EXPECT_EQ(sink.Find(R"(users_total{log="app", user="ann"})"), 2);
  EXPECT_EQ(sink.Find(R"(took_seconds{log="app"})"), 3);
  EXPECT_EQ(sink.Find(R"(log_lines_total{file="x.log", level="unknown", log="app"})"), 2);
  EXPECT_EQ(
      sink.Find(
          R"(log_lines_dropped_total{log="app", metric="took_seconds", reason="not_a_number"})"),
      1);
  EXPECT_EQ(sink.Find(R"(log_read_lines_total{file="x.log", log="app"})"), std::nullopt);
}

}  // namespace
}  // namespace sidewatch::logs
