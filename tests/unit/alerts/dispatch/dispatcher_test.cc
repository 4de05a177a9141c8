#include "alerts/dispatch/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::kStart;
using testkit::MakeAlert;

std::shared_ptr<const RouteTree> Tree(std::string_view yaml) {
  config::Diagnostics diagnostics;
  auto tree = RouteTree::Read(testkit::Yaml(yaml, diagnostics), {{"ops", "db"}, {}}, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  return tree;
}

constexpr std::string_view kByName =
    "{receiver: ops, group_by: [alertname], group_wait: 30s, group_interval: 5m}";

LabelSet Labels(std::string_view name, std::string_view instance) {
  return {{"alertname", name}, {"instance", instance}};
}

class DispatcherTest : public testing::Test {
 protected:
  void Put(const Alert& alert, TimePoint now) { dispatcher_.Put({&alert, 1}, now); }

  std::vector<GroupFlush> Tick(TimePoint now) {
    std::vector<GroupFlush> groups;
    last_ = dispatcher_.Tick(now);
    for (const auto& flush : last_.flushes) {
      groups.push_back(flush.group);
    }
    return groups;
  }

  void SettleAll() {
    for (const auto& flush : last_.flushes) {
      dispatcher_.Settle(flush);
    }
  }

  Dispatcher dispatcher_{Tree(kByName), {.max_alerts = 3}};
  Dispatcher::Due last_;
};

TEST_F(DispatcherTest, AFlushThatIsUnderWayLearnsOfAnEnd) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  Put(MakeAlert(Labels("Disk", "b")), kStart);
  std::vector<GroupFlush> due = Tick(kStart + 30s);
  ASSERT_EQ(due.size(), 1U);
  GroupFlush flush = due[0];
  dispatcher_.Refresh(flush, kStart + 31s);
  EXPECT_EQ(flush.at, kStart + 30s) << "nothing was put";
  Put(MakeAlert(Labels("Disk", "a"), kStart, kStart + 31s), kStart + 31s);
  dispatcher_.Refresh(flush, kStart + 31s);
  EXPECT_EQ(flush.at, kStart + 31s);
  ASSERT_EQ(flush.alerts.size(), 2U);
  EXPECT_FALSE(flush.alerts[0].ResolvedAt(flush.at)) << "firing ones stay first";
  EXPECT_TRUE(flush.alerts[1].ResolvedAt(flush.at));
  EXPECT_EQ(flush.alerts[1].labels, Labels("Disk", "a"));
}

TEST_F(DispatcherTest, WaitsGroupWaitThenGroupInterval) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  EXPECT_TRUE(Tick(kStart).empty());
  EXPECT_EQ(last_.next, kStart + 30s);
  Put(MakeAlert(Labels("Disk", "b"), kStart + 10s), kStart + 10s);
  const auto first = Tick(kStart + 30s);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].group_key, R"({}:{alertname="Disk"})");
  EXPECT_EQ(first[0].receiver, "ops");
  EXPECT_EQ(first[0].alerts.size(), 2U);
  EXPECT_EQ(last_.next, kStart + 30s + 5min);
  EXPECT_TRUE(Tick(kStart + 5min).empty());
  EXPECT_EQ(Tick(kStart + 30s + 5min).size(), 1U);
}

TEST_F(DispatcherTest, AnOldAlertDoesNotWait) {
  Put(MakeAlert(Labels("Disk", "a"), kStart - 1min), kStart);
  EXPECT_EQ(Tick(kStart).size(), 1U);
}

TEST_F(DispatcherTest, FiringComesBeforeResolved) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  Put(MakeAlert(Labels("Disk", "b")), kStart);
  Put(MakeAlert(Labels("Disk", "a"), kStart, kStart + 20s), kStart + 20s);
  const auto groups = Tick(kStart + 30s);
  ASSERT_EQ(groups.size(), 1U);
  ASSERT_EQ(groups[0].alerts.size(), 2U);
  EXPECT_EQ(groups[0].alerts[0].labels, Labels("Disk", "b"));
  EXPECT_EQ(groups[0].alerts[1].ends_at, kStart + 20s);
}

TEST_F(DispatcherTest, LetsGoOfWhatIsSettled) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  Tick(kStart + 30s);
  Put(MakeAlert(Labels("Disk", "a"), kStart, kStart + 1min), kStart + 1min);
  SettleAll();  // Of the flush that saw it firing.
  EXPECT_EQ(dispatcher_.Alerts().size(), 1U);
  Tick(kStart + 6min);
  SettleAll();
  EXPECT_TRUE(dispatcher_.Alerts().empty());
  EXPECT_TRUE(dispatcher_.Groups().empty());
  EXPECT_TRUE(dispatcher_.Timers().empty());
}

TEST_F(DispatcherTest, KeepsWhatFiresAgainWhileItsEndIsTold) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  Put(MakeAlert(Labels("Disk", "a"), kStart, kStart + 1s), kStart + 1s);
  ASSERT_EQ(Tick(kStart + 30s).size(), 1U);
  Put(MakeAlert(Labels("Disk", "a"), kStart + 30s), kStart + 30s);
  SettleAll();
  ASSERT_EQ(dispatcher_.Alerts().size(), 1U);
  EXPECT_FALSE(dispatcher_.Alerts()[0]->ends_at);
}

TEST_F(DispatcherTest, MergesPeriodsThatOverlap) {
  Put(MakeAlert(Labels("Disk", "a"), kStart - 10s), kStart);
  Put(MakeAlert(Labels("Disk", "a"), kStart), kStart);
  EXPECT_EQ(dispatcher_.Alerts()[0]->starts_at, kStart - 10s);
  Put(MakeAlert(Labels("Disk", "a"), kStart, kStart + 5s), kStart + 5s);
  Put(MakeAlert(Labels("Disk", "a"), kStart + 8s), kStart + 8s);
  EXPECT_EQ(dispatcher_.Alerts()[0]->starts_at, kStart + 8s);
}

TEST_F(DispatcherTest, IgnoresTheEndOfWhatNobodyHeardOf) {
  Put(MakeAlert(Labels("Disk", "a"), kStart - 1h, kStart), kStart);
  EXPECT_TRUE(dispatcher_.Alerts().empty());
}

TEST_F(DispatcherTest, RefusesAlertsOverTheBound) {
  std::vector<Alert> alerts;
  for (const std::string_view instance : {"a", "b", "c", "d", "e"}) {
    alerts.push_back(MakeAlert(Labels("Disk", instance)));
  }
  EXPECT_EQ(dispatcher_.Put(alerts, kStart), 2U);
  EXPECT_EQ(dispatcher_.Alerts().size(), 3U);
  EXPECT_EQ(dispatcher_.Put({alerts.data(), 3}, kStart), 0U);
}

TEST_F(DispatcherTest, RestoredTimersGoOn) {
  const std::string id = R"({}:{alertname="Disk"})";
  dispatcher_.RestoreTimers({{id, kStart + 2min}, {"gone", kStart - 2h}});
  Put(MakeAlert(Labels("Disk", "a"), kStart - 1h), kStart);
  EXPECT_TRUE(Tick(kStart).empty());
  EXPECT_EQ(last_.next, kStart + 2min);
  EXPECT_THAT(dispatcher_.Timers(), testing::ElementsAre(testing::Pair(id, kStart + 2min)));
}

TEST_F(DispatcherTest, TheEndOfARestoredGroupIsTold) {
  dispatcher_.RestoreTimers({{R"({}:{alertname="Disk"})", kStart - 1min}});
  Put(MakeAlert(Labels("Disk", "a"), kStart - 1h, kStart), kStart);
  EXPECT_EQ(Tick(kStart).size(), 1U);
}

TEST_F(DispatcherTest, AClockSetBackDelaysNobody) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  Tick(kStart + 30s);
  Tick(kStart - 24h);
  EXPECT_EQ(last_.next, kStart - 24h + 5min);
}

TEST_F(DispatcherTest, AReloadKeepsTimersOfGroupsThatStay) {
  Put(MakeAlert(Labels("Disk", "a")), kStart);
  Put(MakeAlert(Labels("Cpu", "a")), kStart);
  Tick(kStart + 30s);
  dispatcher_.Apply(
      Tree("{receiver: db, group_by: [alertname], routes: [{match: {alertname: Cpu}}]}"),
      kStart + 1min);
  const auto groups = dispatcher_.Groups();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].next_flush, kStart + 1min);  // Cpu: another group now, and an old alert.
  EXPECT_EQ(groups[1].next_flush, kStart + 30s + 5min);
  EXPECT_EQ(groups[1].receiver, "db");
}

class EscalatingDispatcherTest : public testing::Test {
 protected:
  std::vector<Dispatcher::Flush> Tick(TimePoint now) {
    last_ = dispatcher_.Tick(now);
    return last_.flushes;
  }

  Dispatcher dispatcher_{
      Tree("{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 5m,\n"
           " escalate: [{after: 7m, receiver: db}]}"),
      {}};
  Dispatcher::Due last_;
};

TEST_F(EscalatingDispatcherTest, ComesBackForALevelAloneAndKeepsTheInterval) {
  const Alert alert = MakeAlert(Labels("Disk", "a"));
  dispatcher_.Put({&alert, 1}, kStart);
  const auto first = Tick(kStart);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_FALSE(first[0].group.only_escalate);
  EXPECT_EQ(first[0].group.escalate, (std::vector<EscalationLevel>{{7min, "db"}}));
  dispatcher_.SetEscalation(first[0], kStart + 7min);
  ASSERT_EQ(Tick(kStart + 5min).size(), 1U);
  dispatcher_.SetEscalation(first[0], kStart + 7min);
  EXPECT_TRUE(Tick(kStart + 7min - 1ms).empty());
  EXPECT_EQ(last_.next, kStart + 7min);
  const auto alone = Tick(kStart + 7min);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_TRUE(alone[0].group.only_escalate);
  EXPECT_EQ(last_.next, kStart + 10min);
  EXPECT_TRUE(Tick(kStart + 7min).empty());
}

TEST_F(EscalatingDispatcherTest, LooksForLevelsAtOnceAfterARestart) {
  dispatcher_.RestoreTimers({{R"({}:{alertname="Disk"})", kStart + 4min}});
  const Alert alert = MakeAlert(Labels("Disk", "a"), kStart - 1h);
  dispatcher_.Put({&alert, 1}, kStart);
  const auto alone = Tick(kStart);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_TRUE(alone[0].group.only_escalate);
  EXPECT_EQ(last_.next, kStart + 4min);
}

}  // namespace
}  // namespace sidewatch::alerts
