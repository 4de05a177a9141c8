// Files that come, go, grow and are rotated, seen through the collector.

#include <chrono>
#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/testkit/recording_log.h"
#include "tests/unit/collectors/logs/fixture.h"

namespace sidewatch::logs {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using std::chrono_literals::operator""min;
using testing::HasSubstr;
using testing::Optional;

class CollectTest : public LogsFixture {};

TEST_F(CollectTest, BeginsAtTheEndByDefault) {
  Append("app.log", "old\nold\nhalf a li");
  Start("");
  EXPECT_THAT(Lines(), Optional(0));
  Append("app.log", "ne\nnew\n");
  EXPECT_THAT(Lines(), Optional(2)) << "the line that had no end counts once it has one";
}

TEST_F(CollectTest, FromTheStartIfAskedTo) {
  Append("app.log", "ERROR a\nINFO b\r\n\nWARNING half");
  Start("from: start\nsets: [levels]");
  EXPECT_THAT(Lines(), Optional(3));
  EXPECT_THAT(Find("log_lines_total{file=\"{file}\", level=\"error\", log=\"web\"}"), Optional(1));
  EXPECT_THAT(Find("log_lag_bytes{file=\"{file}\", log=\"web\"}"), Optional(0));
  EXPECT_THAT(Find("log_last_line_timestamp_seconds{file=\"{file}\", log=\"web\"}"),
              Optional(1'700'000'000));
}

TEST_F(CollectTest, AFileThatAppearsLaterIsReadWhole) {
  Start("", "*.log");
  ASSERT_TRUE(Run().has_value());
  Append("app.log", "a\nb\n");
  EXPECT_THAT(Lines(), Optional(2));
}

TEST_F(CollectTest, RenamedAway) {
  Append("app.log", "1\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  Append("app.log", "2\n");
  Rename("app.log", "app.log.1");
  Append("app.log", "3\n");
  EXPECT_THAT(Lines(), Optional(3));
  Append("app.log.1", "4, by a program that was not told yet\n");
  EXPECT_THAT(Lines(), Optional(4));
  EXPECT_THAT(Find("log_rotations_total{file=\"{file}\", log=\"web\"}"), Optional(1));
}

TEST_F(CollectTest, RenamedAwayTwiceBetweenTwoLooks) {
  Append("app.log", "1\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  Append("app.log", "2\n");
  Rename("app.log", "app.log.2");
  Append("app.log.1", "3\n");
  Append("app.log", "4\n");
  EXPECT_THAT(Lines(), Optional(4));
}

TEST_F(CollectTest, RenamedAndDeleted) {
  Append("app.log", "1\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  Append("app.log", "2\n");
  std::filesystem::remove(Path("app.log"));
  EXPECT_THAT(Lines(), Optional(2)) << "it is still open";
  clock_.Advance(2min);
  EXPECT_FALSE(Run().has_value()) << "closed, and nothing is left to follow";
  Append("app.log", "3\n");
  EXPECT_THAT(Lines(), Optional(3));
}

TEST_F(CollectTest, CopiedAndCut) {
  Append("app.log", "first\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  Append("app.log", "second\n");
  CopyAndCut("app.log", "app.log.1");
  Append("app.log", "third\n");
  EXPECT_THAT(Lines(), Optional(3)) << "the second line is only in the copy";
  EXPECT_THAT(Find("log_rotations_total{file=\"{file}\", log=\"web\"}"), Optional(1));
}

TEST_F(CollectTest, CopiesThatTheGlobFindsAreNotReadAgain) {
  Append("app.log", "first\n");
  Start("from: start", "app.log*");
  EXPECT_THAT(Lines(), Optional(1));
  std::filesystem::copy_file(Path("app.log"), Path("app.log.1"));
  EXPECT_THAT(Lines(), Optional(1));
  std::filesystem::resize_file(Path("app.log"), 0);
  Append("app.log", "2\n");
  EXPECT_THAT(Lines(), Optional(2));
  EXPECT_FALSE(
      collected_->sink.Find("log_read_lines_total{file=\"" + Path("app.log.1") + "\", log=\"web\"}")
          .value_or(0) > 0);
}

TEST_F(CollectTest, RotatedFilesThatTheGlobFindsGoOn) {
  Append("app.log", "first\n");
  Start("from: start", "app.log*");
  EXPECT_THAT(Lines(), Optional(1));
  Rename("app.log", "app.log.1");
  Append("app.log.1", "second\n");
  Append("app.log", "third\n");
  EXPECT_THAT(Lines(), Optional(3));
  Rename("app.log.1", "app.log.2");
  Rename("app.log", "app.log.1");
  Append("app.log", "fourth\n");
  EXPECT_THAT(Lines(), Optional(4));
}

class DownTest : public LogsFixture {};

TEST_F(DownTest, RotatedWhileDown) {
  Append("app.log", "1\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  Append("app.log", "2\n");
  Rename("app.log", "app.log.2");
  Append("app.log.1", "3\n");
  Append("app.log", "4\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(4));
}

TEST_F(DownTest, CutWhileDown) {
  Append("app.log", "first line\n");
  Start("");
  ASSERT_THAT(Lines(), Optional(0));
  Append("app.log", "second\n");
  CopyAndCut("app.log", "app.log-20261121");
  Append("app.log", "third, long enough to hide that the file was cut\n");
  Start("");
  EXPECT_THAT(Lines(), Optional(2));
}

TEST_F(DownTest, GrownWhileDown) {
  Append("app.log", "1\n");
  Start("from: end\nsets: [levels]");
  ASSERT_TRUE(Run().has_value());
  Append("app.log", "ERROR 2\nhalf");
  Start("from: end\nsets: [levels]");
  EXPECT_THAT(Lines(), Optional(1));
  Append("app.log", " a line\n");
  Start("from: end\nsets: [levels]");
  EXPECT_THAT(Lines(), Optional(2));
  EXPECT_THAT(Find("log_lines_total{file=\"{file}\", level=\"error\", log=\"web\"}"), Optional(1));
}

TEST_F(DownTest, KilledWhileNothingCouldBeSaved) {
  Append("app.log", "1\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  memory_.fail_saves = true;
  Append("app.log", "2\n");
  EXPECT_THAT(Lines(), Optional(2)) << "goes on in memory";
  EXPECT_THAT(Find("log_save_errors_total{log=\"web\"}"), Optional(1));
  memory_.fail_saves = false;
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(2)) << "read again from the offset that was saved";
}

TEST_F(DownTest, AMemoryThatAnswersLateIsWaitedFor) {
  Append("app.log", "1\n");
  Start("from: start");
  EXPECT_THAT(Lines(), Optional(1));
  Start("from: start");
  memory_.fail_loads = 1;
  EXPECT_FALSE(Run().has_value());
  EXPECT_THAT(Lines(), Optional(1));
}

TEST_F(CollectTest, LinesOfAnyLength) {
  Append("app.log", std::string(300'000, 'x') + "\nERROR y\n" + std::string(1000, 'z'));
  Start("from: start\nmax_line_bytes: 1000\nsets: [levels]");
  EXPECT_THAT(Lines(), Optional(2));
  EXPECT_THAT(Find("log_lines_truncated_total{file=\"{file}\", log=\"web\"}"), Optional(1));
  EXPECT_THAT(Find("log_lines_total{file=\"{file}\", level=\"error\", log=\"web\"}"), Optional(1));
  Append("app.log", std::string(5000, 'z'));
  EXPECT_THAT(Lines(), Optional(3)) << "cut, though its end has not come";
  Start("from: start\nmax_line_bytes: 1000\nsets: [levels]");
  Append("app.log", "rest ERROR\nlast\n");
  EXPECT_THAT(Lines(), Optional(4)) << "the rest of a cut line is skipped after a restart too";
}

TEST_F(CollectTest, WhatCannotBeRead) {
  std::filesystem::create_directory(Path("app.log"));
  Start("");
  const Status status = Run();
  ASSERT_FALSE(status.has_value());
  EXPECT_THAT(status.error().message, HasSubstr("app.log (directory)"));
  EXPECT_THAT(Find("log_read_errors_total{file=\"{file}\", log=\"web\", reason=\"directory\"}"),
              Optional(1));
  std::filesystem::remove(Path("app.log"));
  ASSERT_FALSE(Run().has_value());
  EXPECT_THAT(Find("log_read_errors_total{file=\"{file}\", log=\"web\", reason=\"not_found\"}"),
              Optional(1));
  ASSERT_EQ(::mkfifo(Path("app.log").c_str(), 0600), 0);
  ASSERT_FALSE(Run().has_value()) << "and does not wait for a writer";
  std::filesystem::remove(Path("app.log"));
  Append("app.log", "1\n");
  EXPECT_THAT(Lines(), Optional(1));
}

/// Leads the standard error to a file until its end.
class ErrorsTo {
 public:
  explicit ErrorsTo(const std::string& path) : before_(::dup(STDERR_FILENO)) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
  }

  ErrorsTo(const ErrorsTo&) = delete;
  ErrorsTo& operator=(const ErrorsTo&) = delete;

  ~ErrorsTo() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }

 private:
  int before_;
};

TEST_F(CollectTest, OwnOutputIsPassedOver) {
  const auto log = std::make_shared<testkit::RecordingLog>();
  log_ = Logger(log, LogLevel::kInfo, LogFormat::kLogfmt, clock_);
  Append("app.log", "1\n");
  const ErrorsTo own(Path("own.log"));
  Append("own.log", "ERROR sidewatch says something\n");
  std::filesystem::create_symlink("/dev/stderr", Path("access.log"));
  Start("from: start", "*.log");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Lines(), Optional(1));
    EXPECT_THAT(Find("log_files{log=\"web\"}"), Optional(1));
  }
  EXPECT_THAT(log->lines(),
              ElementsAre(AllOf(HasSubstr("where sidewatch itself writes"), HasSubstr("log=web"))));

  Start("from: start", "access.log");
  const Status status = Run();
  ASSERT_FALSE(status.has_value()) << "it was asked for, and nothing else";
  EXPECT_THAT(status.error().message, HasSubstr("access.log (own_output)"));
}

TEST_F(CollectTest, TooManyFiles) {
  for (int i = 0; i < 20; ++i) {
    Append(fmt::format("{}.log", i), "1\n");
  }
  Start("max_files: 5", "*.log");
  ASSERT_TRUE(Run().has_value());
  EXPECT_THAT(Find("log_files{log=\"web\"}"), Optional(5));
  EXPECT_THAT(Find("log_files_ignored{log=\"web\"}"), Optional(15));
}

TEST_F(CollectTest, OwnMetrics) {
  Start(R"(from: start
sets: []
metrics:
  - {name: requests_total, regex: '"(?P<m>[A-Z]+) \S+ HTTP', labels: {method: m}, max_series: 1}
  - {name: took_seconds, type: histogram, regex: 'took=(?P<v>\S+)', value: v, buckets: [1, 2]}
  - {name: queue, type: gauge, regex: 'queue=(?P<v>-?\d+)', value: v}
  - {name: sent_bytes_total, regex: 'sent=(?P<v>\S+)', value: v}
  - {name: never_total, regex: 'never'})");
  Append("app.log",
         "\"GET / HTTP\"\n\"GET / HTTP\"\n\"PUT / HTTP\"\ntook=1.5\ntook=x\nqueue=7\nqueue=-3\n"
         "sent=5\nsent=-1\nsent=2.5\n");
  ASSERT_TRUE(Run().has_value());
  EXPECT_THAT(Find("requests_total{log=\"web\", method=\"GET\"}"), Optional(2));
  EXPECT_THAT(Find("requests_total{log=\"web\", method=\"other\"}"), Optional(1));
  EXPECT_THAT(Find("took_seconds_bucket{le=\"2\", log=\"web\"}"), Optional(1));
  EXPECT_THAT(Find("took_seconds_bucket{le=\"1\", log=\"web\"}"), Optional(0));
  EXPECT_THAT(Find("took_seconds_sum{log=\"web\"}"), Optional(1.5));
  EXPECT_THAT(Find("queue{log=\"web\"}"), Optional(-3));
  EXPECT_THAT(Find("sent_bytes_total{log=\"web\"}"), Optional(7.5));
  EXPECT_THAT(Find("never_total{log=\"web\"}"), Optional(0));
  EXPECT_THAT(
      Find(
          "log_lines_dropped_total{log=\"web\", metric=\"took_seconds\", reason=\"not_a_number\"}"),
      Optional(1));
  EXPECT_THAT(
      Find(
          "log_lines_dropped_total{log=\"web\", metric=\"sent_bytes_total\", reason=\"negative\"}"),
      Optional(1));
  EXPECT_TRUE(collected_->sink.Duplicates().empty());
}

struct MistakeCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class MistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(MistakeTest, IsRefusedWithItsPlace) {
  const MistakeCase& c = GetParam();
  const testkit::ManualClock clock;
  const auto made = testkit::MakeCollector(kLogsSpec, "files: [/x]\n" + c.yaml, clock);
  ASSERT_FALSE(made.errors.empty());
  EXPECT_THAT(made.errors.front(), HasSubstr(c.want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MistakeTest,
    testing::Values(
        MistakeCase{"Set", "sets: [level]", "test.yml:2:7: \"level\" is not one of levels, "},
        MistakeCase{"Format", "format: xml", "test.yml:2:9: \"xml\" is not auto, combined"},
        MistakeCase{"Regex",
                    "metrics: [{name: a, regex: 'a('}]",
                    "test.yml:2:28: the regular expression is not RE2's: missing ): a("},
        MistakeCase{"Capture",
                    "metrics: [{name: a, regex: '(?P<x>a)', labels: {b: y}}]",
                    "regex has no capture named \"y\"; it has x"},
        MistakeCase{"NoValue", "metrics: [{name: a, type: gauge, regex: a}]", "needs \"value\""},
        MistakeCase{"Name", "metrics: [{name: a-b, regex: a}]", "\"a-b\" is not a metric name"},
        MistakeCase{"OwnName", "metrics: [{name: log_lag_bytes, regex: a}]", "clashes with a name"},
        MistakeCase{"Twice",
                    "metrics: [{name: a, regex: a}, {name: a, regex: b}]",
                    "test.yml:2:39: \"a\" clashes with the metric at test.yml:2:18"},
        MistakeCase{"HistogramsSum",
                    "metrics: [{name: a_sum, regex: a}, {name: a, type: histogram, regex: "
                    "'(?P<v>b)', value: v}]",
                    "\"a_sum\" clashes"},
        MistakeCase{"Label",
                    "metrics: [{name: a, regex: '(?P<x>a)', labels: {log: x}}]",
                    "\"log\" clashes with a label"},
        MistakeCase{
            "Buckets",
            "metrics: [{name: a, type: histogram, regex: '(?P<x>a)', value: x, buckets: [2, 1]}]",
            "must be numbers that rise"},
        MistakeCase{"UnknownKey", "file: /y", "unknown key \"file\""},
        MistakeCase{"LineTooShort", "max_line_bytes: 10", "between 256 bytes and 16MB"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::logs
