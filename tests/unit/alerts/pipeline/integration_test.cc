#include "alerts/pipeline/integration.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "exporter/state/database.h"
#include "tests/testkit/alert_maker.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/recording_receiver.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using Outcome = Delivery::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testkit::MakeAlert;

/// One run of the program: what is made anew by a restart.
struct Process {
  Process(state::Database& database,
          const Clock& clock,
          std::shared_ptr<testkit::Recording> recording,
          bool send_resolved,
          bool when_muted)
      : metrics(registry),
        ledger(database, Logger()),
        integration({.name = "ops/test[0]",
                     .receiver = "ops",
                     .kind = "test",
                     .send_resolved = send_resolved,
                     .send_resolved_when_muted = when_muted,
                     .sender = std::make_unique<testkit::RecordingReceiver>(recording),
                     .timeout = 60s,
                     .max_alerts = 7},
                    {.clock = clock,
                     .ledger = ledger,
                     .metrics = metrics,
                     .log = Logger(),
                     .jitter = [] { return 0.0; },
                     .backoff = {.first = 1s, .longest = 4s}}) {
    for (Ledger::Waiting& waiting : ledger.TakeWaiting()) {
      integration.Resume(std::move(waiting));
    }
  }

  prometheus::Registry registry;
  PipelineMetrics metrics;
  Ledger ledger;
  Integration integration;
};

class IntegrationTest : public testing::Test {
 protected:
  void Start(bool send_resolved = true, bool when_muted = true) {
    process_.reset();
    process_ = std::make_unique<Process>(*database_, clock_, recording_, send_resolved, when_muted);
  }

  /// Offers a group of these alerts: firing ones by name, resolved ones with a `-` in front, held
  /// back ones with a `~` before that.
  FlushResult Offer(const std::vector<std::string>& names,
                    HistoryKind how = HistoryKind::kSilenced) {
    GroupFlush flush;
    flush.group_key = "{}:{}";
    flush.receiver = "ops";
    flush.at = clock_.Now();
    flush.repeat_interval = 1h;
    for (const std::string& written : names) {
      const bool held = written.starts_with('~');
      const std::string name = written.substr(held ? 1 : 0);
      const bool resolved = name.starts_with('-');
      Alert alert = MakeAlert({{"name", name.substr(resolved ? 1 : 0)}},
                              testkit::kStart,
                              resolved ? std::optional(clock_.Now()) : std::nullopt);
      if (held) {
        flush.held.push_back({std::move(alert), how, {"id"}});
      } else {
        flush.alerts.push_back(std::move(alert));
      }
    }
    return process_->integration.Offer(flush);
  }

  /// Makes the attempts that are due.
  std::optional<TimePoint> Run() {
    std::optional<TimePoint> next = clock_.Now();
    for (int i = 0; i < 20 && next && *next <= clock_.Now(); ++i) {
      next = process_->integration.RunOnce({});
    }
    return next;
  }

  /// What was sent, as Offer takes it.
  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const Notification& notification : recording_->Taken()) {
      std::string& text = sent.emplace_back();
      for (const Alert& alert : notification.alerts) {
        text += text.empty() ? "" : " ";
        text += alert.ResolvedAt(notification.at) ? "-" : "";
        text += alert.labels.Get("name");
      }
    }
    return sent;
  }

  std::vector<std::string> Reasons() const {
    std::vector<std::string> reasons;
    for (const Notification& notification : recording_->Taken()) {
      reasons.push_back(notification.reason);
    }
    return reasons;
  }

  std::size_t Rows() { return state::Outbox(*database_).LoadAll()->size(); }

  testkit::ManualClock clock_;
  std::unique_ptr<state::Database> database_ = *state::Database::OpenInMemory();
  std::shared_ptr<testkit::Recording> recording_ = std::make_shared<testkit::Recording>();
  std::unique_ptr<Process> process_;
};

TEST_F(IntegrationTest, TellsOnceAndThenTheEnd) {
  Start();
  EXPECT_EQ(Offer({"a"}), FlushResult::kSettled);
  EXPECT_EQ(Rows(), 1U);  // On disk before the first attempt.
  Run();
  EXPECT_EQ(Rows(), 0U);
  Offer({"a"});
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification"));
  Offer({"-a"});
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification", "all alerts resolved"));
}

TEST_F(IntegrationTest, GivesTheReceiverItsTimeAndItsMost) {
  Start();
  Offer({"a"});
  Run();
  EXPECT_EQ(recording_->Taken().at(0).max_shown, 7U);
  const MutexLock lock(recording_->mutex);
  EXPECT_EQ(recording_->deadlines.at(0), clock_.Steady() + 60s);
}

TEST_F(IntegrationTest, WhatTheReceiverRemembersOutlivesARestartUntilTheEnd) {
  const auto given = [&] {
    std::vector<std::string> data;
    for (const Notification& notification : recording_->Taken()) {
      data.push_back(notification.receiver_data);
    }
    return data;
  };
  Start();
  {
    const MutexLock lock(recording_->mutex);
    recording_->answers.push_back({Outcome::kDelivered, "", {}, "ts 1"});
  }
  Offer({"a"});
  Run();
  Start();
  Offer({"a", "b"});
  Run();
  Offer({"-a", "b"});
  Run();
  Offer({"-b"});
  Run();
  Start();
  Offer({"a"});
  Run();
  EXPECT_THAT(given(), ElementsAre("", "ts 1", "ts 1", "ts 1", ""));
}

TEST_F(IntegrationTest, ARestartRepeatsNothing) {
  Start();
  Offer({"a"});
  Run();
  Start();
  Offer({"a"});
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification"));
}

TEST_F(IntegrationTest, WhatWaitedIsDeliveredAfterACrash) {
  Start();
  Offer({"a"});
  Start();
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification"));
  EXPECT_EQ(Rows(), 0U);
}

TEST_F(IntegrationTest, RetriesWithBackoffUntilItIsTaken) {
  Start();
  for (int i = 0; i < 4; ++i) {
    recording_->Answer(Outcome::kRetry);
  }
  Offer({"a"});
  std::vector<Duration> waits;
  for (int i = 0; i < 4; ++i) {
    const auto next = Run();
    ASSERT_TRUE(next);
    waits.push_back(*next - clock_.Now());
    clock_.Advance(waits.back());
  }
  EXPECT_THAT(waits, ElementsAre(1s, 2s, 4s, 4s));
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_THAT(recording_->Taken(), SizeIs(5));
  EXPECT_EQ(Rows(), 0U);
}

TEST_F(IntegrationTest, GivesThePatienceThatIsAskedFor) {
  Start();
  recording_->Answer(Outcome::kRetry, 90s);
  Offer({"a"});
  Run();
  clock_.Advance(89s);
  EXPECT_EQ(Run(), clock_.Now() + 1s);
  clock_.Advance(1s);
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_THAT(recording_->Taken(), SizeIs(2));
}

TEST_F(IntegrationTest, ARefusalIsFinalButNewsIsTriedAgain) {
  Start();
  recording_->Answer(Outcome::kRefused);
  Offer({"a"});
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Rows(), 0U);
  Offer({"a"});
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification", "first notification"));
}

TEST_F(IntegrationTest, TheNewerStateTakesTheOlderOnesPlace) {
  Start();
  recording_->Answer(Outcome::kRetry);
  Offer({"a"});
  Run();
  Offer({"a", "b"});
  EXPECT_EQ(Rows(), 1U);
  Run();
  ASSERT_THAT(Reasons(), ElementsAre("first notification", "new alerts added"));
  EXPECT_THAT(recording_->Taken()[1].alerts, SizeIs(2));
}

TEST_F(IntegrationTest, WhatEndsWhileTheReceiverIsDownIsToldAsEnded) {
  Start();
  recording_->Answer(Outcome::kRetry);
  Offer({"a"});
  Run();
  EXPECT_EQ(Offer({"-a"}), FlushResult::kSettled);
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification", "all alerts resolved"));
}

TEST_F(IntegrationTest, WithoutSendResolvedTheGroupWaitsForTheDelivery) {
  Start(false);
  recording_->Answer(Outcome::kRetry);
  Offer({"a"});
  Run();
  EXPECT_EQ(Offer({"-a"}), FlushResult::kWaiting);
  clock_.Advance(1s);
  Run();
  EXPECT_EQ(Offer({"-a"}), FlushResult::kSettled);
  Run();
  EXPECT_THAT(Reasons(), ElementsAre("first notification", "first notification"));
  Offer({"a"});  // News again, although repeat_interval is far away.
  Run();
  EXPECT_THAT(Reasons(),
              ElementsAre("first notification", "first notification", "new alerts added"));
}

TEST_F(IntegrationTest, WithoutSendResolvedOnlyFiringOnesAreShown) {
  Start(false);
  Offer({"a", "-b"});
  Run();
  ASSERT_THAT(recording_->Taken(), SizeIs(1));
  EXPECT_THAT(recording_->Taken()[0].alerts, SizeIs(1));
}

TEST_F(IntegrationTest, NewsDuringAnAttemptIsToldAfterIt) {
  Start();
  bool first = true;
  recording_->during = [&] {
    if (std::exchange(first, false)) {
      Offer({"a", "b"});
    }
  };
  Offer({"a"});
  Run();
  ASSERT_THAT(Reasons(), ElementsAre("first notification", "new alerts added"));
  EXPECT_EQ(Rows(), 0U);
  Offer({"a", "b"});
  Run();
  EXPECT_THAT(Reasons(), SizeIs(2));
}

TEST_F(IntegrationTest, AnEndThatWaitsIsNotLostWithTheStateThatIsReplaced) {
  Start();
  Offer({"a", "b"});
  Run();
  recording_->Answer(Outcome::kRetry);
  Offer({"b", "-a"});
  Run();
  EXPECT_EQ(Offer({"b", "c"}), FlushResult::kSettled);
  EXPECT_EQ(Offer({"b", "c"}), FlushResult::kWaiting);
  Start();  // Nor with a restart.
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b", "b -a", "b c -a"));
}

TEST_F(IntegrationTest, AnEndIsToldOnce) {
  Start();
  Offer({"a", "b"});
  Run();
  Offer({"b", "-a"});
  Run();
  // Rules repeat ends for a while, and more so after a restart.
  EXPECT_EQ(Offer({"b", "-a"}), FlushResult::kSettled);
  Offer({"b", "c", "-a"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b", "b -a", "b c"));
}

TEST_F(IntegrationTest, AnEndThatIsToldDuringTheAttemptIsNotToldAgain) {
  Start();
  Offer({"a", "b"});
  Run();
  bool first = true;
  recording_->during = [&] {
    if (std::exchange(first, false)) {
      Offer({"b", "c"});
    }
  };
  Offer({"b", "-a"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b", "b -a", "b c"));
}

TEST_F(IntegrationTest, TheEndOfWhatWasSilencedMeanwhileIsTold) {
  Start();
  Offer({"a", "b"});
  Run();
  Offer({"b", "~a"});
  Offer({"b", "c", "~a"});
  Run();
  Start();  // It is remembered that a was told of.
  Offer({"b", "c", "~-a", "~-d"});
  Run();
  Offer({"b", "c", "~-a"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b", "b c", "b c -a"));
}

TEST_F(IntegrationTest, AnEndInsideATimeIntervalIsToldAfterIt) {
  Start();
  Offer({"a"});
  Run();
  Offer({"~a", "~b"}, HistoryKind::kMuted);
  Run();
  EXPECT_EQ(Offer({"~-a", "~-b"}, HistoryKind::kMuted), FlushResult::kWaiting);
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a"));
  EXPECT_EQ(Offer({"-a", "-b"}), FlushResult::kSettled);
  Offer({"-a"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a", "-a"));
}

TEST_F(IntegrationTest, WhatIsFreeAgainIsNoNewsIfItWasToldBefore) {
  Start();
  Offer({"a"});
  Run();
  recording_->Answer(Outcome::kRetry);
  Offer({"b", "~a"});
  Run();
  EXPECT_EQ(Offer({"a", "b"}), FlushResult::kWaiting);
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a", "b"));
}

struct HeldEnd {
  std::string name;
  bool send_resolved = true;
  bool when_muted = true;
  HistoryKind how = HistoryKind::kSilenced;
};

class HeldEndTest : public IntegrationTest, public testing::WithParamInterface<HeldEnd> {};

TEST_P(HeldEndTest, IsNotToldAndNewsWhenItFiresAgain) {
  const HeldEnd& c = GetParam();
  Start(c.send_resolved, c.when_muted);
  Offer({"a", "b"});
  Run();
  Offer({"b", "~-a"}, c.how);
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b"));
  Offer({"a", "b"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b", "a b"));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HeldEndTest,
    testing::Values(HeldEnd{"SwitchedOff", true, false, HistoryKind::kSilenced},
                    HeldEnd{"InhibitedAndSwitchedOff", true, false, HistoryKind::kInhibited},
                    HeldEnd{"NoEndsAtAll", false, true, HistoryKind::kSilenced},
                    HeldEnd{"ByATimeInterval", true, false, HistoryKind::kMuted}),
    [](const auto& row) { return row.param.name; });

TEST_F(IntegrationTest, GivesUpAfterDays) {
  Start();
  Offer({"a"});
  clock_.Advance(std::chrono::hours(121));
  recording_->Answer(Outcome::kRetry);
  EXPECT_EQ(Run(), std::nullopt);
  EXPECT_EQ(Rows(), 0U);
}

TEST_F(IntegrationTest, AnAttemptCutShortByAStopDoesNotCount) {
  Start();
  std::stop_source stop;
  recording_->Answer(Outcome::kRetry);
  recording_->during = [&] {
    stop.request_stop();
  };
  Offer({"a"});
  process_->integration.RunOnce(stop.get_token());
  EXPECT_EQ(state::Outbox(*database_).LoadAll()->at(0).attempts, 0);
}

/// From now on the disk refuses, or takes again, all writes of the outbox and the log.
void LetTheDiskWrite(state::Database& database, bool yes) {
  constexpr std::array kRefuse = {
      "CREATE TRIGGER full0 BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END",
      "CREATE TRIGGER full1 BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END",
      "CREATE TRIGGER full2 BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END",
      "CREATE TRIGGER full3 BEFORE INSERT ON notification_log BEGIN SELECT RAISE(ABORT, 'full'); "
      "END"};
  constexpr std::array kTake = {
      "DROP TRIGGER full0", "DROP TRIGGER full1", "DROP TRIGGER full2", "DROP TRIGGER full3"};
  state::Transaction transaction(database);
  for (const char* const sql : yes ? kTake : kRefuse) {
    ASSERT_TRUE(transaction.Run(sql, {}).has_value()) << sql;
  }
  ASSERT_TRUE(transaction.Commit().has_value());
}

TEST_F(IntegrationTest, ARowThatAFullDiskKeptIsNotToldAgain) {
  Start();
  recording_->Answer(Outcome::kRetry);
  Offer({"a"});
  Run();  // Receiver is down: row 1 waits on disk.
  EXPECT_EQ(Rows(), 1U);
  LetTheDiskWrite(*database_, false);
  clock_.Advance(5s);
  Offer({"-a"});
  Run();  // Receiver is back, disk is full.
  EXPECT_THAT(Sent(), ElementsAre("a", "-a"));
  LetTheDiskWrite(*database_, true);
  process_->ledger.DeleteExpired(clock_.Now());  // Writes what could not be written.
  EXPECT_EQ(Rows(), 0U) << "everything was told";
  Start();
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a", "-a")) << "nothing is new after a restart";
}

TEST_F(IntegrationTest, ARowThatAFullDiskCouldNotRemoveIsNotToldAgain) {
  Start();
  Offer({"a"});
  LetTheDiskWrite(*database_, false);
  Run();  // Delivered; its row cannot be removed.
  clock_.Advance(5min);
  Offer({"-a"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a", "-a"));
  LetTheDiskWrite(*database_, true);
  process_->ledger.DeleteExpired(clock_.Now());
  EXPECT_EQ(Rows(), 0U) << "everything was told";
  Start();
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a", "-a")) << "nothing is new after a restart";
}

TEST_F(IntegrationTest, AClockSetBackLengthensNoBackoff) {
  Start();
  recording_->Answer(Outcome::kRetry);
  Offer({"a"});
  Run();
  clock_.Advance(-2h);
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(10s);
    Run();
  }
  EXPECT_THAT(Sent(), ElementsAre("a", "a")) << "the longest backoff is 4 s, 1000 s have passed";
}

TEST_F(IntegrationTest, TheEndIsToldAfterALongSilence) {
  Start();
  Offer({"a"});
  Run();
  for (int hour = 0; hour < 24 * 7; ++hour) {
    clock_.Advance(1h);
    Offer({"~a"});
    process_->ledger.DeleteExpired(clock_.Now());
  }
  Offer({"~-a"});
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a", "-a"));
}

TEST_F(IntegrationTest, EndsThatAnAttemptHasJustToldAreNotToldAgain) {
  Start();
  Offer({"a", "b"});
  Run();
  clock_.Advance(10s);
  recording_->during = [&] {
    recording_->during = nullptr;
    Offer({"-b", "~a"});
  };
  Offer({"-b", "~a"});
  Run();
  Run();
  EXPECT_THAT(Sent(), ElementsAre("a b", "-b"));
}

}  // namespace
}  // namespace sidewatch::alerts
