#include "exporter/app/check_report.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace sidewatch::app {
namespace {

scrape::TargetStatus Target(std::string name, std::optional<Error> error = {}) {
  scrape::TargetStatus status;
  status.config.kind = "redis";
  status.config.name = std::move(name);
  scrape::Snapshot snapshot;
  snapshot.seconds = 0.25;
  snapshot.error = std::move(error);
  status.last = std::make_shared<const scrape::Snapshot>(std::move(snapshot));
  return status;
}

Error Refused() {
  return {ErrorCode::kUnavailable, "connection refused"};
}

CheckedAlert Alert(std::string severity, Duration hold = Duration(0)) {
  return {.name = "Full",
          .severity = severity,
          .labels = LabelSet{{"alertname", "Full"}, {"mountpoint", "/"}, {"severity", severity}},
          .summary = "the disk\nis full",
          .hold = hold};
}

struct Case {
  std::string name;
  CheckReport report;
  Verdict want;
};

class JudgeTest : public testing::TestWithParam<Case> {};

TEST_P(JudgeTest, Judges) {
  EXPECT_EQ(Judge(GetParam().report), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    JudgeTest,
    testing::Values(
        Case{"Nothing", {}, Verdict::kUnknown},
        Case{"AllUp", {.targets = {Target("a")}}, Verdict::kOk},
        Case{"OneDown", {.targets = {Target("a"), Target("b", Refused())}}, Verdict::kCritical},
        Case{"Warning",
             {.targets = {Target("a")}, .rules = 1, .alerts = {Alert("warning")}},
             Verdict::kWarning},
        Case{"NoSeverity",
             {.targets = {Target("a")}, .rules = 1, .alerts = {Alert("")}},
             Verdict::kWarning},
        Case{
            "Critical",
            {.targets = {Target("a")}, .rules = 2, .alerts = {Alert("warning"), Alert("critical")}},
            Verdict::kCritical},
        Case{
            "PendingCounts",
            {.targets = {Target("a")}, .rules = 1, .alerts = {Alert("critical", Duration(60'000))}},
            Verdict::kCritical},
        Case{"Watchdog",
             {.targets = {Target("a")}, .rules = 1, .alerts = {Alert("none")}},
             Verdict::kOk},
        Case{"BrokenRule",
             {.targets = {Target("a")}, .rules = 1, .alerts = {}, .broken = {{"Full", "why"}}},
             Verdict::kWarning}),
    [](const auto& row) { return row.param.name; });

TEST(CheckTextTest, AlignsAndTellsWhatAndWhy) {
  const CheckReport report{.at = FromUnixMillis(0),
                           .seconds = 1.25,
                           .targets = {Target("main"), Target("b", Refused())},
                           .rules = 4,
                           .alerts = {Alert("warning", Duration(300'000))},
                           .broken = {{"Other", "many-to-many matching"}}};
  EXPECT_EQ(CheckText(report),
            "sidewatch CRITICAL: 1 of 2 targets up, 1 of 4 rules hold, 1.2 s\n"
            "\n"
            "KIND   TARGET  STATE  SECONDS  WHAT\n"
            "redis  main    up     0.250    0 samples\n"
            "redis  b       down   0.250    connection refused\n"
            "\n"
            "ALERT  SEVERITY  STATE    FOR  LABELS            WHAT\n"
            "Full   warning   pending  5m   {mountpoint=\"/\"}  the disk is full\n"
            "\n"
            "One look cannot wait for `for`: a pending alert fires if its expression holds that "
            "long. It counts here.\n"
            "\n"
            "BROKEN RULE  WHY\n"
            "Other        many-to-many matching\n");
}

TEST(CheckJsonTest, HoldsTheSame) {
  const CheckReport report{.at = FromUnixMillis(0),
                           .seconds = 1.5,
                           .targets = {Target("b", Refused())},
                           .rules = 1,
                           .alerts = {Alert("info")},
                           .broken = {}};
  const std::string text = CheckJson(report);
  EXPECT_NE(
      text.find(R"("status":"critical","exit_code":2,"timestamp":"1970-01-01T00:00:00.000Z")"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("state":"down","seconds":0.25,"samples":0,"error":"connection refused")"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("name":"Full","severity":"info","state":"firing","for":"0s")"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace sidewatch::app
