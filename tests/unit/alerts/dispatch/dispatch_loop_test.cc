#include "alerts/dispatch/dispatch_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::MakeAlert;

class MemoryTimers final : public TimerStore {
 public:
  Result<GroupTimerMap> Load() override { return timers; }

  Status Save(std::string_view group_id, TimePoint next_flush) override {
    if (broken) {
      return Fail(ErrorCode::kUnavailable, "disk full");
    }
    timers.insert_or_assign(std::string(group_id), next_flush);
    return {};
  }

  Status Delete(std::string_view group_id) override {
    timers.erase(timers.find(group_id));
    return {};
  }

  GroupTimerMap timers;
  bool broken = false;
};

constexpr std::string_view kGroup = R"({}:{a="1"})";

class DispatchLoopTest : public testing::Test {
 protected:
  static std::shared_ptr<const RouteTree> Tree() {
    config::Diagnostics diagnostics;
    return RouteTree::Read(
        testkit::Yaml("{receiver: ops, group_by: [a], group_wait: 0s}", diagnostics),
        {{"ops"}, {}},
        diagnostics);
  }

  FlushResult Flush(const GroupFlush& flush) {
    saved_at_flush_ = timers_.timers;
    flushed_.push_back(flush.group_key);
    return result_;
  }

  void Put(std::optional<TimePoint> ends_at = std::nullopt) {
    const Alert alert = MakeAlert({{"a", "1"}}, clock_.Now(), ends_at);
    dispatcher_.Put({&alert, 1}, clock_.Now());
  }

  testkit::ManualClock clock_;
  MemoryTimers timers_;
  Dispatcher dispatcher_{Tree()};
  FlushResult result_ = FlushResult::kSettled;
  std::vector<std::string> flushed_;
  GroupTimerMap saved_at_flush_;
  DispatchLoop loop_{dispatcher_,
                     clock_,
                     timers_,
                     [this](const GroupFlush& flush) { return Flush(flush); },
                     Logger()};
};

TEST_F(DispatchLoopTest, FlushesNothingBeforeReady) {
  Put();
  EXPECT_EQ(loop_.RunOnce(), std::nullopt);
  EXPECT_THAT(flushed_, testing::IsEmpty());
  loop_.Ready();
  EXPECT_EQ(loop_.RunOnce(), clock_.Now() + 5min);
  EXPECT_THAT(flushed_, testing::ElementsAre(kGroup));
}

TEST_F(DispatchLoopTest, AGroupIsOnRecordBeforeAnybodyHears) {
  loop_.Ready();
  Put();
  loop_.RunOnce();
  EXPECT_THAT(saved_at_flush_, testing::ElementsAre(testing::Pair(kGroup, clock_.Now())));
  EXPECT_THAT(timers_.timers, testing::ElementsAre(testing::Pair(kGroup, clock_.Now() + 5min)));
}

TEST_F(DispatchLoopTest, ForgetsTheTimerOfAGroupThatIsSettled) {
  loop_.Ready();
  Put();
  loop_.RunOnce();
  Put(clock_.Now());
  clock_.Advance(5min);
  result_ = FlushResult::kWaiting;
  loop_.RunOnce();
  EXPECT_EQ(timers_.timers.size(), 1U);
  clock_.Advance(5min);
  result_ = FlushResult::kSettled;
  loop_.RunOnce();
  EXPECT_THAT(timers_.timers, testing::IsEmpty());
}

TEST_F(DispatchLoopTest, SavesLaterWhatTheDiskRefused) {
  loop_.Ready();
  timers_.broken = true;
  Put();
  loop_.RunOnce();
  EXPECT_THAT(flushed_, testing::SizeIs(1));
  timers_.broken = false;
  loop_.RunOnce();
  EXPECT_EQ(timers_.timers.size(), 1U);
}

}  // namespace
}  // namespace sidewatch::alerts
