// What is read out of one line, by format and set.

#include <gtest/gtest.h>

#include "collectors/logs/fields.h"
#include "collectors/logs/formats.h"
#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kCombined =
    R"(203.0.113.9 - bob [21/Nov/2026:12:00:00 +0000] "GET /a?b=c HTTP/1.1" 404 153 "-" "curl/8" 0.250)";

struct LineCase {
  std::string name;
  std::string format;  ///< What `auto` says of it.
  std::string line;
  std::string level;
  std::string method = {};
  int status = 0;
  std::string user = {};
  std::string address = {};
  double seconds = Record::kAbsent;
};

class LineTest : public testing::TestWithParam<LineCase> {};

TEST_P(LineTest, Reads) {
  const LineCase& c = GetParam();
  const Format* format = DetectFormat(c.line + "\n");
  ASSERT_NE(format, nullptr);
  EXPECT_EQ(format->name, c.format);
  Record record;
  ParseLine(*format, c.line, record);
  EXPECT_EQ(LevelName(record.level), c.level);
  EXPECT_EQ(record.method, c.method);
  EXPECT_EQ(record.status, c.status);
  EXPECT_EQ(record.user, c.user);
  EXPECT_EQ(record.address, c.address);
  EXPECT_DOUBLE_EQ(record.seconds, c.seconds);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    LineTest,
    testing::Values(
        LineCase{"NginxWithTime",
                 "combined",
                 std::string(kCombined),
                 "unknown",
                 "GET",
                 404,
                 "bob",
                 "203.0.113.9",
                 0.25},
        LineCase{"ApacheCommon",
                 "combined",
                 R"(::1 - - [21/Nov/2026:12:00:00 +0000] "POST /login HTTP/1.1" 401 12)",
                 "unknown",
                 "POST",
                 401,
                 "",
                 "::1"},
        LineCase{"NginxNoRequest",
                 "combined",
                 R"(1.2.3.4 - - [21/Nov/2026:12:00:00 +0000] "" 400 0 "-" "-")",
                 "unknown",
                 "",
                 400,
                 "",
                 "1.2.3.4"},
        LineCase{"NginxNamedTime",
                 "combined",
                 R"(1.2.3.4 - - [t] "GET / HTTP/1.1" 200 5 "a \" b" "c" up=0.1 rt=1.500)",
                 "unknown",
                 "GET",
                 200,
                 "",
                 "1.2.3.4",
                 1.5},
        LineCase{
            "Json",
            "json",
            R"({"level":"WARN","msg":"x","status":403,"user":"a\"b","ip":"::1","took":"12ms"})",
            "warning",
            "",
            403,
            "a\"b",
            "::1",
            0.012},
        LineCase{
            "JsonElastic",
            "json",
            R"({"log": {"level": "error"}, "http": {"request": {"method": "PUT"}, "response": {"status_code": 500}}, "tags": ["}", 1], "event": {"duration": 2000000000}})",
            "error",
            "PUT",
            500,
            "",
            "",
            2},
        LineCase{"JsonPino", "json", R"({"level":50,"msg":"x"})", "error", ""},
        LineCase{"JsonNginx",
                 "json",
                 R"({"request":"GET / HTTP/1.1","status":"200","request_time":"0.5"})",
                 "unknown",
                 "GET",
                 200,
                 "",
                 "",
                 0.5},
        LineCase{"Logfmt",
                 "logfmt",
                 R"(time=2026-11-21T12:00:00Z level=error msg="could not \"x\"" duration=1.5s)",
                 "error",
                 "",
                 0,
                 "",
                 "",
                 1.5},
        LineCase{
            "PythonDefault", "python", "ERROR:django.request:Internal Server Error", "error", ""},
        LineCase{"PythonTimed",
                 "python",
                 "2026-11-21 12:00:00,123 - app - CRITICAL - it is over",
                 "critical",
                 ""},
        LineCase{
            "Gunicorn", "python", "[2026-11-21 12:00:00 +0000] [7] [INFO] Booting", "info", ""},
        LineCase{"Django",
                 "python",
                 R"(INFO 2026-11-21 basehttp "GET /x HTTP/1.1" 404 179)",
                 "info",
                 "GET",
                 404},
        LineCase{"NginxError",
                 "plain",
                 "2026/11/21 12:00:00 [crit] 7#7: *1 connect() failed",
                 "critical",
                 ""},
        LineCase{"Syslog", "plain", "Nov 21 12:00:00 host sshd[7]: error: kex", "error", ""},
        LineCase{"Postgres",
                 "plain",
                 "2026-11-21 12:00:00 UTC [7] LOG:  duration: 1234.5 ms  statement: SELECT 1",
                 "info",
                 "",
                 0,
                 "",
                 "",
                 1.2345},
        LineCase{
            "WordInASentence", "plain", "no error was found, for your information", "unknown", ""},
        LineCase{"Nul", "plain", std::string("a\0b", 3), "unknown", ""},
        LineCase{"NotUtf8", "plain", "\xff\xfe\x80 [error] x", "error", ""},
        LineCase{"HalfJson", "plain", R"({"level":"error")", "unknown", ""}),
    [](const auto& row) { return row.param.name; });

TEST(FormatTest, MostLinesDecide) {
  const std::string traceback =
      "ERROR x\nTraceback (most recent call last):\n  File \"a.py\"\nValueError: x\n";
  EXPECT_EQ(DetectFormat(traceback)->name, "python");
  EXPECT_EQ(DetectFormat(""), nullptr);
  EXPECT_EQ(DetectFormat("half a line"), nullptr);
}

struct SetCase {
  std::string name;
  const LogSet* set;
  std::string line;
  std::string want;  ///< `metric{values} value`, one a line; empty: nothing is counted.
};

class SetTest : public testing::TestWithParam<SetCase> {};

TEST_P(SetTest, Counts) {
  const SetCase& c = GetParam();
  SeriesLimit limit{.limit = 100};
  std::vector<SeriesTable> tables;
  for (const MetricDescriptor& metric : c.set->metrics) {
    SeriesShape shape{.type = metric.type, .labels = {}, .bounds = {}};
    shape.labels.assign(metric.labels.begin() + kOwnLabels, metric.labels.end());
    if (metric.type == MetricType::kHistogram) {
      shape.bounds = {1, 2};
    }
    tables.emplace_back(shape, limit);
  }
  Record record;
  ParseLine(*DetectFormat(c.line + "\n"), c.line, record);
  const SetOptions options;
  c.set->count({.text = c.line, .record = record, .options = options}, tables);
  std::string got;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    tables[i].Visit([&](SeriesTable::Values values, const SeriesTable::Series& series) {
      got += std::string(c.set->metrics[i].name) + "{";
      for (const std::string_view value : values) {
        got += std::string(value) + ";";
      }
      got += "} " + std::to_string(series.value).substr(0, 4) + "\n";
    });
  }
  EXPECT_EQ(got, c.want);
}

std::string Auth(const std::string& user, const std::string& address) {
  return "log_auth_failures_total{" + user + ";" + address + ";} 1.00\n";
}

std::string Database(const std::string& kind) {
  return "log_database_errors_total{" + kind + ";} 1.00\n";
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SetTest,
    testing::Values(
        SetCase{"SshdPassword",
                &kAuthFailuresSet,
                "Nov 21 12:00:00 h sshd[7]: Failed password for root from 198.51.100.7 port 5 ssh2",
                Auth("root", "198.51.100.7")},
        SetCase{"SshdInvalidUser",
                &kAuthFailuresSet,
                "Nov 21 12:00:00 h sshd[7]: Failed password for invalid user eve from 2001:db8::1 "
                "port 5 ssh2",
                Auth("eve", "2001:db8::1")},
        SetCase{"SshdPamIsTheSameOne",
                &kAuthFailuresSet,
                "h sshd[7]: pam_unix(sshd:auth): authentication failure; rhost=1.2.3.4 user=root",
                ""},
        SetCase{"Sudo",
                &kAuthFailuresSet,
                "h sudo: pam_unix(sudo:auth): authentication failure; logname= rhost= user=ann",
                Auth("ann", "")},
        SetCase{"SshdAccepted",
                &kAuthFailuresSet,
                "h sshd[7]: Accepted publickey for root from 1.2.3.4 port 5 ssh2",
                ""},
        SetCase{"NginxAccess",
                &kAuthFailuresSet,
                R"(1.2.3.4 - ann [t] "GET / HTTP/1.1" 401 5 "-" "-")",
                Auth("ann", "1.2.3.4")},
        SetCase{"AccessLogTextIsAStrangers",
                &kAuthFailuresSet,
                R"(1.2.3.4 - - [t] "GET /?q=login+failed HTTP/1.1" 200 5 "login failed" "-")",
                ""},
        SetCase{
            "NginxError",
            &kAuthFailuresSet,
            R"(2026/11/21 12:00:00 [error] 7#7: *1 user "ann": password mismatch, client: 1.2.3.4, server: x)",
            Auth("ann", "1.2.3.4")},
        SetCase{"DjangoAxes",
                &kAuthFailuresSet,
                "WARNING 2026-11-21 AXES: New login failure by {username: \"ann\", ip_address: "
                "\"1.2.3.4\"}",
                Auth("ann", "1.2.3.4")},
        SetCase{"Django",
                &kAuthFailuresSet,
                "WARNING 2026-11-21 views Login failed for user ann from 1.2.3.4",
                Auth("ann", "1.2.3.4")},
        SetCase{"Json",
                &kAuthFailuresSet,
                R"({"event":"login_failed","username":"ann","ip":"1.2.3.4"})",
                Auth("ann", "1.2.3.4")},
        SetCase{
            "Deadlock", &kDatabaseErrorsSet, "[7] ERROR:  deadlock detected", Database("deadlock")},
        SetCase{"TooMany",
                &kDatabaseErrorsSet,
                "FATAL:  sorry, too many clients already",
                Database("too_many_connections")},
        SetCase{"Traceback",
                &kDatabaseErrorsSet,
                "django.db.utils.OperationalError: no such thing",
                Database("operational")},
        SetCase{"Unique",
                &kDatabaseErrorsSet,
                "ERROR:  duplicate key value violates unique constraint \"x\"",
                Database("integrity")},
        SetCase{"DatabaseInfo", &kDatabaseErrorsSet, "INFO x recovered: deadlock detected", ""},
        SetCase{
            "Http", &kHttpSet, std::string(kCombined), "log_http_requests_total{GET;404;} 1.00\n"},
        SetCase{"HttpOddMethod",
                &kHttpSet,
                R"(1.2.3.4 - - [t] "\x16\x03 / HTTP/1.1" 400 5 "-" "-")",
                "log_http_requests_total{other;400;} 1.00\n"},
        SetCase{"HttpNone", &kHttpSet, "INFO x", ""},
        SetCase{"NotSlow",
                &kSlowSet,
                std::string(kCombined),
                "log_slow_total{} 0.00\nlog_request_duration_seconds{} 0.25\n"},
        SetCase{"Slow",
                &kSlowSet,
                R"({"request_time":1.5})",
                "log_slow_total{} 1.00\nlog_request_duration_seconds{} 1.50\n"},
        SetCase{"SlowNone", &kSlowSet, "INFO x", ""},
        SetCase{"UploadRequest",
                &kUploadsSet,
                R"(1.2.3.4 - - [t] "POST /upload/1 HTTP/1.1" 201 5 "-" "-")",
                "log_uploads_total{} 1.00\n"},
        SetCase{"UploadText",
                &kUploadsSet,
                "INFO views: Uploaded a.pdf (2048 bytes)",
                "log_uploads_total{} 1.00\nlog_upload_bytes_total{} 2048\n"},
        SetCase{"UploadRefused",
                &kUploadsSet,
                R"(1.2.3.4 - - [t] "POST /upload/1 HTTP/1.1" 403 5 "-" "-")",
                ""},
        SetCase{"Level", &kLevelsSet, "WARNING x y", "log_lines_total{warning;} 1.00\n"}),
    [](const auto& row) { return row.param.name; });

TEST(SeriesTableTest, OverflowKeepsTheTotal) {
  SeriesLimit limit{.limit = 2};
  SeriesTable table({.type = MetricType::kCounter, .labels = {"a", "b"}, .bounds = {}}, limit);
  for (int i = 0; i < 10; ++i) {
    table.Add({std::to_string(i), "x"}, 1);
  }
  double total = 0;
  std::map<std::string, double> by_label;
  table.Visit([&](SeriesTable::Values values, const SeriesTable::Series& series) {
    total += series.value;
    by_label[std::string(values[0]) + values[1].data()[0]] = series.value;
  });
  EXPECT_EQ(total, 10);
  EXPECT_EQ(by_label.size(), 3U);
  EXPECT_EQ(by_label["othero"], 8);
}

TEST(SeriesTableTest, GoesOnFromWhatWasSaved) {
  const SeriesShape shape{.type = MetricType::kHistogram, .labels = {"a"}, .bounds = {1, 2}};
  SeriesLimit limit{.limit = 2};
  SeriesTable before(shape, limit);
  before.Observe({"\xff"}, 1.5);
  before.Observe({"y"}, 3);
  const std::string saved = before.Encode();

  SeriesTable after(shape, limit);
  ASSERT_TRUE(after.Decode(saved));
  after.Observe({"\xfe"}, 1);  // As the first: what is not UTF-8 is all the same.
  std::map<std::string, std::vector<std::uint64_t>> buckets;
  after.Visit([&](SeriesTable::Values values, const SeriesTable::Series& series) {
    buckets[std::string(values[0])] = series.buckets;
  });
  EXPECT_EQ(buckets["\uFFFD"], (std::vector<std::uint64_t>{1, 1, 0}));
  EXPECT_EQ(buckets["y"], (std::vector<std::uint64_t>{0, 0, 1}));

  SeriesTable other({.type = MetricType::kHistogram, .labels = {"a"}, .bounds = {1}}, limit);
  EXPECT_FALSE(other.Decode(saved));
  EXPECT_FALSE(after.Decode(saved.substr(0, saved.size() - 3)));
  EXPECT_FALSE(after.Decode("nonsense"));
}

}  // namespace
}  // namespace sidewatch::logs
