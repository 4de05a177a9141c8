#include "alerts/history/alert_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"
#include "tests/testkit/recording_history.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testkit::kStart;
using testkit::MakeAlert;

const LabelSet kDisk = {{"alertname", "Disk"}};
const LabelSet kLoad = {{"alertname", "Load"}};

class AlertWatchTest : public testing::Test {
 protected:
  std::vector<std::string> See(const Alert& alert, TimePoint now) {
    return testkit::RecordingHistory::Lines(watch_.See({&alert, 1}, now).events);
  }

  static GroupFlush Flush(const std::string& key, std::vector<Alert> free) {
    GroupFlush flush;
    flush.group_key = key;
    flush.at = kStart;
    flush.alerts = std::move(free);
    return flush;
  }

  std::vector<std::string> SeeHeld(const GroupFlush& flush) {
    return testkit::RecordingHistory::Lines(watch_.SeeHeld(flush));
  }

  AlertWatch watch_{{}, 2};
};

TEST_F(AlertWatchTest, BeginningAndEndAreNewsOnce) {
  EXPECT_THAT(See(MakeAlert(kDisk), kStart), ElementsAre("fired Disk"));
  EXPECT_THAT(See(MakeAlert(kDisk), kStart + 1min), IsEmpty());
  EXPECT_THAT(See(MakeAlert(kDisk, kStart, kStart + 2min), kStart + 2min),
              ElementsAre("resolved Disk"));
  EXPECT_THAT(See(MakeAlert(kDisk, kStart, kStart + 2min), kStart + 3min), IsEmpty());
  EXPECT_THAT(See(MakeAlert(kDisk, kStart + 4min), kStart + 4min), ElementsAre("fired Disk"));
}

TEST_F(AlertWatchTest, TheEndOfWhatNeverFiredIsNoNews) {
  const auto news = watch_.See(std::vector{MakeAlert(kDisk, kStart - 1h, kStart)}, kStart);
  EXPECT_THAT(news.events, IsEmpty());
  EXPECT_THAT(news.ended, IsEmpty());
}

TEST_F(AlertWatchTest, AnEndByTimeIsNoticedLater) {
  EXPECT_THAT(See(MakeAlert(kDisk, kStart, kStart + 5min), kStart), ElementsAre("fired Disk"));
  EXPECT_THAT(watch_.SeeTime(kStart + 4min, kStart, 5min).events, IsEmpty());
  EXPECT_THAT(watch_.SeeTime(kStart + 5min, kStart, 5min).ended, SizeIs(1));
  EXPECT_FALSE(watch_.Watches(Fingerprint(kDisk)));
}

TEST_F(AlertWatchTest, FiringAnewAfterAnUnseenEndIsBoth) {
  See(MakeAlert(kDisk, kStart, kStart + 5min), kStart);
  EXPECT_THAT(See(MakeAlert(kDisk, kStart + 6min), kStart + 6min),
              ElementsAre("resolved Disk", "fired Disk"));
}

TEST_F(AlertWatchTest, NoMoreAreWatchedThanAreBounded) {
  See(MakeAlert(kDisk), kStart);
  See(MakeAlert(kLoad), kStart);
  EXPECT_THAT(See(MakeAlert({{"alertname", "Third"}}), kStart), IsEmpty());
}

TEST_F(AlertWatchTest, ARestartIsNoNews) {
  AlertWatch watch({{Fingerprint(kDisk), {.alert = MakeAlert(kDisk), .held_by = "silenced"}},
                    {Fingerprint(kLoad), {.alert = MakeAlert(kLoad), .held_by = ""}}},
                   10);
  EXPECT_THAT(watch.See(std::vector{MakeAlert(kDisk)}, kStart).events, IsEmpty());
  GroupFlush flush = Flush("k", {});
  flush.held = {{MakeAlert(kDisk), HistoryKind::kSilenced, {"id"}}};
  EXPECT_THAT(watch.SeeHeld(flush), IsEmpty());
  EXPECT_THAT(watch.SeeTime(kStart + 4min, std::nullopt, 5min).ended, IsEmpty());
  EXPECT_THAT(watch.SeeTime(kStart + 4min, kStart, 5min).ended, IsEmpty());
  const auto news = watch.SeeTime(kStart + 5min, kStart, 5min);
  ASSERT_THAT(news.ended, SizeIs(1)) << "nobody has spoken of it since";
  EXPECT_EQ(news.ended[0].labels, kLoad);
}

TEST_F(AlertWatchTest, HoldingBackIsNewsOnceForEachWay) {
  See(MakeAlert(kDisk), kStart);
  GroupFlush silenced = Flush("k", {});
  silenced.held = {{MakeAlert(kDisk), HistoryKind::kSilenced, {"id1", "id2"}}};
  EXPECT_THAT(SeeHeld(silenced), ElementsAre("silenced Disk by id1, id2"));
  silenced.group_key = "other";
  EXPECT_THAT(SeeHeld(silenced), IsEmpty()) << "a silence holds everywhere";
  GroupFlush muted = Flush("k", {});
  muted.held = {{MakeAlert(kDisk), HistoryKind::kMuted, {"night"}}};
  EXPECT_THAT(SeeHeld(muted), ElementsAre("muted Disk by night"));
  muted.group_key = "other";
  EXPECT_THAT(SeeHeld(muted), ElementsAre("muted Disk by night"));
  EXPECT_THAT(SeeHeld(Flush("k", {MakeAlert(kDisk)})), IsEmpty());
  silenced.group_key = "k";
  EXPECT_THAT(SeeHeld(silenced), ElementsAre("silenced Disk by id1, id2"));
}

TEST_F(AlertWatchTest, WhatIsOverIsNotHeldBack) {
  See(MakeAlert(kDisk), kStart);
  GroupFlush flush = Flush("k", {});
  flush.held = {{MakeAlert(kDisk, kStart - 1h, kStart), HistoryKind::kSilenced, {"id"}}};
  EXPECT_THAT(SeeHeld(flush), IsEmpty());
}

}  // namespace
}  // namespace sidewatch::alerts
