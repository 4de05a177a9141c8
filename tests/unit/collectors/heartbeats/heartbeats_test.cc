#include "collectors/heartbeats/heartbeats.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/heartbeats/ping_book.h"
#include "collectors/heartbeats/ping_record.h"
#include "exporter/base/rfc3339.h"
#include "exporter/config/node.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/map_memory.h"
#include "tests/testkit/recording_sink.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::heartbeats {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Ping kStart = {.kind = PingKind::kStart};
constexpr Ping kSuccess = {.kind = PingKind::kSuccess};
constexpr Ping kFail = {.kind = PingKind::kFail, .exit_code = 1};

class HeartbeatTest : public testing::Test {
 protected:
  HeartbeatTest() { Restart(); }

  /// The program is started again over the same state.
  void Restart() {
    book_ = std::make_unique<PingBook>(clock_, memory_, Logger());
    book_->Load();
  }

  std::optional<double> Value(const std::string& series) {
    return ValueOf("{name: job, every: 1h, grace: 10m}", series);
  }

  /// The state of the job with these keys.
  std::string State(const std::string& keys) {
    std::string states;
    for (const std::string state : {"ok", "due", "late", "missed"}) {
      const bool is = ValueOf(keys, "heartbeat_state{name=\"job\", state=\"" + state + "\"}") == 1;
      states += is ? state : "";
    }
    return states;
  }

  std::optional<double> ValueOf(const std::string& keys, const std::string& series) {
    book_->Expect("job");
    config::Diagnostics diagnostics;
    const auto node = config::ParseYaml(keys, "test.yml", config::ExpandEnv::kNo, diagnostics);
    config::MapReader target(*node, diagnostics);
    const auto collector =
        kHeartbeatsSpec.create(target, {.clock = clock_, .log = {}, .memory = book_.get()});
    const auto run = testkit::CollectOnce(*collector, clock_);
    EXPECT_TRUE(run->status.has_value());
    EXPECT_TRUE(run->sink.Duplicates().empty());
    return run->sink.Find(series);
  }

  double Now() const { return ToUnixSeconds(clock_.Now()); }

  testkit::ManualClock clock_;
  testkit::MapMemory memory_;
  std::unique_ptr<PingBook> book_;
};

TEST_F(HeartbeatTest, WhatNeverHappenedIsAbsent) {
  for (const char* name : {"heartbeat_last_success_timestamp_seconds",
                           "heartbeat_last_start_timestamp_seconds",
                           "heartbeat_last_fail_timestamp_seconds",
                           "heartbeat_last_duration_seconds",
                           "heartbeat_last_exit_code",
                           "heartbeat_running"}) {
    EXPECT_EQ(Value(std::string(name) + R"({name="job"})"), std::nullopt) << name;
  }
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 0);
  EXPECT_EQ(Value(R"(heartbeat_pings_total{kind="success", name="job"})"), 0);
  EXPECT_EQ(Value(R"(heartbeat_expected_interval_seconds{name="job"})"), 3600);
  EXPECT_EQ(Value(R"(heartbeat_grace_seconds{name="job"})"), 600);
}

TEST_F(HeartbeatTest, AStartAndItsEndGiveTheDuration) {
  book_->Take("job", kStart);
  EXPECT_EQ(Value(R"(heartbeat_running{name="job"})"), 1);
  const double started = Now();
  clock_.Advance(std::chrono::milliseconds(12'500));
  book_->Take("job", kSuccess);
  EXPECT_EQ(Value(R"(heartbeat_last_start_timestamp_seconds{name="job"})"), started);
  EXPECT_EQ(Value(R"(heartbeat_last_success_timestamp_seconds{name="job"})"), Now());
  EXPECT_EQ(Value(R"(heartbeat_last_duration_seconds{name="job"})"), 12.5);
  EXPECT_EQ(Value(R"(heartbeat_running{name="job"})"), 0);
  EXPECT_EQ(Value(R"(heartbeat_last_exit_code{name="job"})"), 0);
  clock_.Advance(minutes(1));
  book_->Take("job", kSuccess);  // Without a start there is no new duration.
  EXPECT_EQ(Value(R"(heartbeat_last_duration_seconds{name="job"})"), 12.5);
}

TEST_F(HeartbeatTest, AFailureKeepsItsExitCodeAndIsNoSuccess) {
  book_->Take("job", {.kind = PingKind::kFail, .exit_code = 137});
  EXPECT_EQ(Value(R"(heartbeat_last_exit_code{name="job"})"), 137);
  EXPECT_EQ(Value(R"(heartbeat_last_fail_timestamp_seconds{name="job"})"), Now());
  EXPECT_EQ(Value(R"(heartbeat_last_success_timestamp_seconds{name="job"})"), std::nullopt);
  EXPECT_EQ(Value(R"(heartbeat_pings_total{kind="fail", name="job"})"), 1);
}

TEST_F(HeartbeatTest, LateIsAfterEveryAndGraceWithoutASuccess) {
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 0);
  clock_.Advance(minutes(70));
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 0);
  clock_.Advance(Duration(1));
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 1) << "also a job that never came is late";
  book_->Take("job", kFail);
  book_->Take("job", kStart);
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 1) << "only a success counts";
  book_->Take("job", kSuccess);
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 0);
}

TEST_F(HeartbeatTest, AnIntervalIsDueThenLateThenMissed) {
  const std::string keys = "{name: job, every: 1h, grace: 10m}";
  book_->Take("job", kSuccess);
  EXPECT_EQ(ValueOf(keys, R"(heartbeat_next_expected_timestamp_seconds{name="job"})"),
            Now() + 3600);
  EXPECT_EQ(State(keys), "ok");
  clock_.Advance(minutes(61));
  EXPECT_EQ(State(keys), "due");
  clock_.Advance(minutes(6));
  EXPECT_EQ(State(keys), "late");
  book_->Take("job", kStart);
  EXPECT_EQ(State(keys), "due") << "it works";
  clock_.Advance(minutes(4));
  EXPECT_EQ(State(keys), "missed") << "it works too long";
}

TEST_F(HeartbeatTest, AScheduleIsDueThenLateThenMissed) {
  // Two in the morning in Berlin, in summer midnight in UTC.
  const std::string keys =
      R"({name: job, schedule: "0 2 * * *", timezone: Europe/Berlin, grace: 1h})";
  const TimePoint evening = ParseRfc3339("2026-07-01T20:00:00Z").value();
  clock_.Advance(evening - clock_.Now());
  EXPECT_EQ(State(keys), "ok") << "what was due before it was known is not its business";
  EXPECT_EQ(ValueOf(keys, R"(heartbeat_next_expected_timestamp_seconds{name="job"})"),
            ToUnixSeconds(evening + hours(4)));
  EXPECT_EQ(ValueOf(keys, R"(heartbeat_expected_interval_seconds{name="job"})"), std::nullopt);
  clock_.Advance(hours(4));
  EXPECT_EQ(State(keys), "due");
  clock_.Advance(minutes(30));
  EXPECT_EQ(State(keys), "late");
  EXPECT_EQ(ValueOf(keys, R"(heartbeat_late{name="job"})"), 0);
  book_->Take("job", kStart);
  EXPECT_EQ(State(keys), "due");
  book_->Take("job", kFail);
  EXPECT_EQ(State(keys), "late");
  clock_.Advance(minutes(30));
  EXPECT_EQ(State(keys), "missed");
  EXPECT_EQ(ValueOf(keys, R"(heartbeat_late{name="job"})"), 1);
  book_->Take("job", kSuccess);
  EXPECT_EQ(State(keys), "ok");
  EXPECT_EQ(ValueOf(keys, R"(heartbeat_expected_timestamp_seconds{name="job"})"),
            ToUnixSeconds(evening + hours(4)));
  clock_.Advance(hours(24));
  EXPECT_EQ(State(keys), "missed") << "the next night";
}

TEST_F(HeartbeatTest, ARestartForgetsNothing) {
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 0);
  book_->Take("job", {.kind = PingKind::kStart, .body = "a\n\nb=c"});
  clock_.Advance(hours(2));
  Restart();
  EXPECT_EQ(Value(R"(heartbeat_late{name="job"})"), 1);
  EXPECT_EQ(Value(R"(heartbeat_running{name="job"})"), 1);
  EXPECT_EQ(Value(R"(heartbeat_pings_total{kind="start", name="job"})"), 1);
  EXPECT_EQ(book_->Expect("job").body, "a\n\nb=c");
}

TEST_F(HeartbeatTest, ADiskThatRefusesLosesNothingThatComesLater) {
  memory_.refuses = true;
  book_->Take("job", kSuccess);
  book_->Take("other", kFail);
  EXPECT_EQ(Value(R"(heartbeat_pings_total{kind="success", name="job"})"), 1);
  memory_.refuses = false;
  book_->Take("job", kSuccess);
  Restart();
  EXPECT_EQ(Value(R"(heartbeat_pings_total{kind="success", name="job"})"), 2);
  EXPECT_EQ(book_->Expect("other").fails, 1);
}

TEST_F(HeartbeatTest, OnlyTheEndOfALongBodyIsKept) {
  book_->Take("job", {.kind = PingKind::kFail, .body = std::string(kMaxBody, 'x') + "the end"});
  const std::string body = book_->Expect("job").body;
  EXPECT_EQ(body.size(), kMaxBody);
  EXPECT_TRUE(body.ends_with("the end"));
  book_->Take("job", kSuccess);
  EXPECT_EQ(book_->Expect("job").body.size(), kMaxBody) << "a ping without a body keeps the last";
}

struct OptionCase {
  std::string name;
  std::string yaml;
  std::string want;  ///< Empty: good.
};

class HeartbeatOptionsTest : public testing::TestWithParam<OptionCase> {};

TEST_P(HeartbeatOptionsTest, SaysWhatIsWrong) {
  const testkit::ManualClock clock;
  const auto made = testkit::MakeCollector(kHeartbeatsSpec, GetParam().yaml, clock);
  if (GetParam().want.empty()) {
    EXPECT_TRUE(made.errors.empty()) << made.errors.front();
  } else {
    ASSERT_FALSE(made.errors.empty());
    EXPECT_NE(made.errors.front().find(GetParam().want), std::string::npos) << made.errors.front();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HeartbeatOptionsTest,
    testing::Values(
        OptionCase{"Good", "{name: nightly-import, every: 1d}", ""},
        OptionCase{"NoName", "{every: 1d}", R"(missing key "name")"},
        OptionCase{"NoUrl", "{name: a/b, every: 1d}", "the name is part of the URL"},
        OptionCase{"NoEvery", "{name: a}", R"(missing key "every", or "schedule")"},
        OptionCase{"Schedule", R"({name: a, schedule: "0 2 * * mon-fri", timezone: UTC})", ""},
        OptionCase{"Both", R"({name: a, every: 1d, schedule: "@daily"})", "use one of them"},
        OptionCase{"BadSchedule", R"({name: a, schedule: "0 2 * *"})", "has 4 fields"},
        OptionCase{"BadZone", R"({name: a, schedule: "@daily", timezone: Berlin})", "time zone"},
        OptionCase{"ZoneAlone", "{name: a, every: 1d, timezone: UTC}", "without a schedule"},
        OptionCase{"Never", "{name: a, every: 0s}", "every must be longer than 0"},
        OptionCase{"Unknown", "{name: a, every: 1d, gracious: 1h}", R"(unknown key "gracious")"}),
    [](const auto& row) { return row.param.name; });

struct DecodeCase {
  std::string name;
  std::string text;
  std::optional<PingRecord> want;
};

class DecodeRecordTest : public testing::TestWithParam<DecodeCase> {};

TEST_P(DecodeRecordTest, Decodes) {
  EXPECT_EQ(DecodeRecord(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    DecodeRecordTest,
    testing::Values(DecodeCase{"Empty", "\n", PingRecord{}},
                    DecodeCase{"Number", "fails=3\n\nx", PingRecord{.fails = 3, .body = "x"}},
                    DecodeCase{"OfANewerProgram", "nice=3\nfails=1\n\n", PingRecord{.fails = 1}},
                    DecodeCase{"NoEnd", "fails=3\n", std::nullopt},
                    DecodeCase{"NoNumber", "fails=x\n\n", std::nullopt},
                    DecodeCase{"NoKey", "3\n\n", std::nullopt},
                    DecodeCase{"Nothing", "", std::nullopt}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::heartbeats
